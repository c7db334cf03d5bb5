/// What start-up reads of a chunk: one entry of 64 bytes per message, in the order of their records.
///
///     0   sequence   u64
///     8   recipient  32
///     40  id         16
///     56  expiry     u32
///     60  length     u16   payload bytes; a record's offset follows from the lengths before it
///     62  flags      u16   zero
package enum ChunkMeta {
    /// Bytes an entry.
    package static let entryByteCount = 64
    /// 120 entries a chunk: their meta row then fits a database page of 8 KiB. At the smallest envelope (512 B) a chunk
    /// is full by bytes at about this number.
    package static let maximumEntries = 120
    /// 65,536 bytes of records a chunk, except for a single larger one: a record's offset fits two bytes.
    package static let dataByteCount = 65_536

    /// A message as its chunk's meta describes it.
    package struct Entry: Sendable, Hashable {
        package var sequence: UInt64
        package var recipient: QueueRecipient
        package var id: QueueItemID
        package var expirySeconds: UInt32
        package var length: UInt16

        package init(
            sequence: UInt64, recipient: QueueRecipient, id: QueueItemID, expirySeconds: UInt32, length: UInt16
        ) {
            self.sequence = sequence
            self.recipient = recipient
            self.id = id
            self.expirySeconds = expirySeconds
            self.length = length
        }

        /// Bytes of this message's record.
        package var recordByteCount: Int { MessageRecord.headerByteCount + Int(length) }
    }

    /// Adds an entry to the end of `sink`, which began with room for the frame.
    package static func write(_ entry: Entry, to sink: inout ByteSink) {
        let bytes = sink.extend(by: entryByteCount)
        bytes.store(entry.sequence, at: 0)
        bytes.store(entry.recipient, at: 8)
        bytes.store(entry.id, at: 40)
        bytes.store(entry.expirySeconds, at: 56)
        bytes.store(entry.length, at: 60)
        bytes.store(UInt16(0), at: 62)
    }

    /// The entries of an undamaged meta block, each with its number and its record's offset.
    package static func read(
        _ bytes: UnsafeRawBufferPointer, row: UInt64, _ body: (_ number: Int, _ offset: Int, Entry) -> Void
    ) throws(FormatError) {
        let block = try Block.open(bytes, kind: .chunkMeta, row: row)
        guard block.count <= maximumEntries else { throw .tooMany(got: block.count, limit: maximumEntries) }
        guard block.count > 0 else { throw .invalidField("count") }
        try Block.expect(block.body, byteCount: block.count * entryByteCount)
        var offset = 0
        for number in 0..<block.count {
            let entry = try entry(block.body, at: number * entryByteCount)
            guard offset < dataByteCount else { throw .invalidField("length") }
            body(number, offset, entry)
            offset += entry.recordByteCount
        }
    }

    /// How many entries a meta block claims, without looking further.
    package static func count(_ bytes: UnsafeRawBufferPointer) -> Int {
        bytes.count < Block.headerByteCount ? 0 : Int(bytes.integer(at: 12, as: UInt32.self))
    }

    private static func entry(_ body: UnsafeRawBufferPointer, at offset: Int) throws(FormatError) -> Entry {
        let sequence = body.integer(at: offset, as: UInt64.self)
        guard sequence > 0, sequence <= QueueIndex.maximumSequence else { throw .invalidField("sequence") }
        guard body.integer(at: offset + 62, as: UInt16.self) == 0 else { throw .invalidField("flags") }
        return Entry(
            sequence: sequence,
            recipient: body.recipient(at: offset + 8),
            id: body.itemID(at: offset + 40),
            expirySeconds: body.integer(at: offset + 56, as: UInt32.self),
            length: body.integer(at: offset + 60, as: UInt16.self)
        )
    }
}
