/// How a segment begins: 80 bytes, twice (at 0 and at 2,048), so that rot of a sector doesn't take the segment.
///
///     16  seed         2 × u64   the store's: a segment of another store is none of this
///     32  nonce        u64       seeds all checksums within the segment, so that what stood in the file before it was
///                                used again never passes for something of now
///     40  capacity     u64       bytes of the file that may be used
///     48  previous     u64       number of the segment written before; 0 if this is the first
///     56  end          u64       where its frames end
///     64  summary      u32       bytes of its summary, behind the frames; 0 if it has none
///     68  entries      u32       how many entries it has
///     72  sequence     u64       no smaller sequence was free when the segment was started
package struct SegmentHeader: Sendable, Hashable {
    package var seed: QueueSeed
    package var number: UInt64
    package var nonce: UInt64
    package var capacity: Int
    package var previous: SealedSegment?
    package var nextSequence: UInt64

    /// Where frames begin: a page of the file system, so that frames don't share one with the header.
    package static let byteCount = 4_096
    static let copyByteCount = 80
    static let secondCopyOffset = 2_048
    /// 1 GiB: what a place in the index can address.
    package static let maximumCapacity = 1 << 30

    package init(
        seed: QueueSeed, number: UInt64, nonce: UInt64, capacity: Int, previous: SealedSegment?, nextSequence: UInt64
    ) {
        self.seed = seed
        self.number = number
        self.nonce = nonce
        self.capacity = capacity
        self.previous = previous
        self.nextSequence = nextSequence
    }

    /// Writes the whole block into `sink`, replacing what it held.
    package func write(to sink: inout ByteSink) {
        sink.removeAll()
        let block = sink.extend(by: Self.byteCount)
        block.initializeMemory(as: UInt8.self, repeating: 0)
        write(to: UnsafeMutableRawBufferPointer(rebasing: block[..<Self.copyByteCount]))
        let second = Self.secondCopyOffset..<Self.secondCopyOffset + Self.copyByteCount
        write(to: UnsafeMutableRawBufferPointer(rebasing: block[second]))
    }

    private func write(to copy: UnsafeMutableRawBufferPointer) {
        copy.store(seed.word0, at: 16)
        copy.store(seed.word1, at: 24)
        copy.store(nonce, at: 32)
        copy.store(UInt64(capacity), at: 40)
        copy.store(previous?.number ?? 0, at: 48)
        copy.store(UInt64(previous?.end ?? 0), at: 56)
        copy.store(UInt32(previous?.summaryByteCount ?? 0), at: 64)
        copy.store(UInt32(previous?.entryCount ?? 0), at: 68)
        copy.store(nextSequence, at: 72)
        Block.seal(copy, kind: .segment, count: 1, row: number)
    }

    /// The header in a block, from the first copy that is sound.
    package init(block: UnsafeRawBufferPointer, number: UInt64) throws(FormatError) {
        guard block.count >= Self.secondCopyOffset + Self.copyByteCount else {
            throw .wrongLength(got: block.count, expected: Self.byteCount)
        }
        let second = Self.secondCopyOffset..<Self.secondCopyOffset + Self.copyByteCount
        do throws(FormatError) {
            try self.init(UnsafeRawBufferPointer(rebasing: block[..<Self.copyByteCount]), number: number)
        } catch {
            guard let header = try? Self(UnsafeRawBufferPointer(rebasing: block[second]), number: number) else {
                throw error
            }
            self = header
        }
    }

    /// The header in one copy.
    package init(_ copy: UnsafeRawBufferPointer, number: UInt64) throws(FormatError) {
        let block = try Block.open(copy, kind: .segment, row: number)
        guard block.count == 1 else { throw .invalidField("count") }
        try Block.expect(block.body, byteCount: Self.copyByteCount - Block.headerByteCount)
        var reader = ByteReader(block.body)
        let seed = QueueSeed(word0: try reader.integer(UInt64.self), word1: try reader.integer(UInt64.self))
        let nonce = try reader.integer(UInt64.self)
        let capacity = try reader.integer(UInt64.self)
        guard capacity >= UInt64(Self.byteCount), capacity <= UInt64(Self.maximumCapacity) else {
            throw .invalidField("capacity")
        }
        let previous = try SealedSegment(&reader, below: number)
        let nextSequence = try reader.integer(UInt64.self)
        guard nextSequence > 0, nextSequence <= maximumSequence + 1 else { throw .invalidField("sequence") }
        self.init(
            seed: seed, number: number, nonce: nonce, capacity: Int(capacity), previous: previous,
            nextSequence: nextSequence)
    }
}

/// What the next segment says of the one written before it.
package struct SealedSegment: Sendable, Hashable {
    package var number: UInt64
    /// Where its frames end; whatever lies behind was never acknowledged.
    package var end: Int
    package var summaryByteCount: Int
    package var entryCount: Int

    package init(number: UInt64, end: Int, summaryByteCount: Int, entryCount: Int) {
        self.number = number
        self.end = end
        self.summaryByteCount = summaryByteCount
        self.entryCount = entryCount
    }

    fileprivate init?(_ reader: inout ByteReader, below: UInt64) throws(FormatError) {
        let number = try reader.integer(UInt64.self)
        let end = try reader.integer(UInt64.self)
        let summary = try reader.integer(UInt32.self)
        let entries = try reader.integer(UInt32.self)
        guard number < below else { throw .invalidField("previous") }
        if number == 0 {
            guard end == 0, summary == 0, entries == 0 else { throw .invalidField("previous") }
            return nil
        }
        guard end <= UInt64(SegmentHeader.maximumCapacity), end >= UInt64(SegmentHeader.byteCount),
            end.isMultiple(of: 8)
        else { throw .invalidField("end") }
        self.init(number: number, end: Int(end), summaryByteCount: Int(summary), entryCount: Int(entries))
    }
}
