import MeshQueueCore

/// Finds a message by its id: fingerprint in the index, then the id on disk. For the writer.
final class RecordLookup {
    /// What a search found.
    enum Match {
        /// Nothing of that id.
        case none
        /// The message in this slot; the first bytes of its record are in `head`.
        case held(UInt32)
        /// The message in this slot, whose record can't be read back.
        case damaged(UInt32)
    }

    private let database: ChunkDatabase
    private let shared: SharedIndex
    private let buffer: UnsafeMutableRawBufferPointer

    init(database: ChunkDatabase, shared: SharedIndex) {
        self.database = database
        self.shared = shared
        buffer = .allocate(
            byteCount: MessageRecord.headerByteCount + QueueLimits.maximumPayloadBytes, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// Searches for (recipient, id), and reads `prefixBytes` of the payload along.
    func find(
        _ recipient: QueueRecipient, _ id: QueueItemID, fingerprint: Fingerprint, prefixBytes: Int,
        in index: borrowing QueueIndex
    ) throws(QueueError) -> Match {
        var probe = index.probe(fingerprint)
        while let number = index.next(&probe, fingerprint: fingerprint) {
            let slot = index.slot(number)
            guard index.key(ofRecipient: slot.recipient) == recipient else { continue }
            switch try compare(slot, id: id, prefixBytes: prefixBytes, in: index) {
            case .same: return shared.isDamaged(sequence: slot.sequence) ? .damaged(number) : .held(number)
            case .sameDamaged: return .damaged(number)
            case .other: continue
            }
        }
        return .none
    }

    /// The first `count` payload bytes of the record that the last `find` came to.
    func prefix(_ count: Int) -> UnsafeRawBufferPointer {
        let start = MessageRecord.headerByteCount
        return UnsafeRawBufferPointer(rebasing: buffer[start..<start + count])
    }

    /// Whether the whole record of a message is as it was written.
    func isIntact(_ slot: QueueIndex.Slot, in index: borrowing QueueIndex) throws(QueueError) -> Bool {
        let place = slot.place
        let count = MessageRecord.headerByteCount + Int(place.length)
        let record = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
        guard
            try database.readRecord(
                row: index.row(ofChunk: place.chunk), offset: Int(place.offset), into: record)
        else { return false }
        return MessageRecord.isIntact(UnsafeRawBufferPointer(record), sequence: slot.sequence)
    }

    private enum Comparison {
        case same, sameDamaged, other
    }

    private func compare(
        _ slot: QueueIndex.Slot, id: QueueItemID, prefixBytes: Int, in index: borrowing QueueIndex
    ) throws(QueueError) -> Comparison {
        let place = slot.place
        let row = index.row(ofChunk: place.chunk)
        let count = MessageRecord.headerByteCount + min(prefixBytes, Int(place.length))
        let head = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
        if try database.readRecord(row: row, offset: Int(place.offset), into: head),
            MessageRecord.id(UnsafeRawBufferPointer(head)) == id
        {
            return .same
        }
        // Another id under the same fingerprint, or rot. Both are rare, so there is time to look closely.
        if try isIntact(slot, in: index) { return .other }
        return try metaID(row: row, entry: place.entry) == id ? .sameDamaged : .other
    }

    private func metaID(row: UInt64, entry: UInt8) throws(QueueError) -> QueueItemID? {
        try database.withMeta(row: row) { ChunkMeta.id(in: $0, row: row, entry: entry) } ?? nil
    }
}

extension ChunkMeta {
    /// The id of one entry; nil if the meta is damaged or has no such entry.
    static func id(in bytes: UnsafeRawBufferPointer, row: UInt64, entry wanted: UInt8) -> QueueItemID? {
        var id: QueueItemID?
        try? read(bytes, row: row) { number, _, entry in
            if number == Int(wanted) { id = entry.id }
        }
        return id
    }
}
