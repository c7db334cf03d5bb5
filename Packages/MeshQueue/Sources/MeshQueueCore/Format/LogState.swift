/// What the log knew at one moment, so that start-up needs only what came after: a file of its own, replaced as a whole.
///
///     16  seed          2 × u64  of fingerprints; drawn when the store was founded
///     32  nextSequence  u64      no smaller sequence is free
///     40  nextSegment   u64      no smaller segment number is free; files of smaller ones that aren't listed are garbage
///     48  position      2 × u64  segment and offset: removals before are in the dead bits and runs, those after are not
///     64  nextRun       u64      no smaller run number is free
///     72  runs          u32
///     76  zero          u32
///     80  runs, 24 bytes each: number u64, entries u64, blocks u32, zero u32
///     …   segments, the block's count: number u64, nonce u64, capacity u64, end u64, summary u32 (bytes), entries u32,
///         and one bit per entry in words of 64: set where it is dead
package struct LogState: Sendable, Hashable {
    package var seed: QueueSeed
    package var nextSequence: UInt64 = 1
    package var nextSegment: UInt64 = 1
    package var position = Position(segment: 1, offset: 0)
    package var nextRun: UInt64 = 1
    package var runs: [Run] = []
    package var segments: [Segment] = []

    /// A place in the log.
    package struct Position: Sendable, Hashable, Comparable {
        package var segment: UInt64
        package var offset: Int

        package init(segment: UInt64, offset: Int) {
            self.segment = segment
            self.offset = offset
        }

        package static func < (left: Position, right: Position) -> Bool {
            left.segment != right.segment ? left.segment < right.segment : left.offset < right.offset
        }
    }

    /// A run of remembered ids.
    package struct Run: Sendable, Hashable {
        package var number: UInt64
        package var entryCount: Int
        package var blockCount: Int

        package init(number: UInt64, entryCount: Int, blockCount: Int) {
            self.number = number
            self.entryCount = entryCount
            self.blockCount = blockCount
        }
    }

    /// A segment with living messages.
    package struct Segment: Sendable, Hashable {
        package var number: UInt64
        package var nonce: UInt64
        package var capacity: Int
        package var end: Int
        package var summaryByteCount: Int
        package var entryCount: Int
        package var dead: ContiguousArray<UInt64>

        package init(
            number: UInt64, nonce: UInt64, capacity: Int, end: Int, summaryByteCount: Int, entryCount: Int,
            dead: ContiguousArray<UInt64>
        ) {
            self.number = number
            self.nonce = nonce
            self.capacity = capacity
            self.end = end
            self.summaryByteCount = summaryByteCount
            self.entryCount = entryCount
            self.dead = dead
        }
    }

    /// The block's place in the count of rows.
    static let row: UInt64 = 1
    static let fixedByteCount = 64
    static let runByteCount = 24
    static let segmentByteCount = 40
    /// 65,535 segments: what a number in the index can tell apart; of 64 MiB, 4 TiB.
    package static let maximumSegments = 65_535
    /// 2³¹ blocks: 16 TiB of runs.
    static let maximumBlocks = 1 << 31

    package init(seed: QueueSeed) { self.seed = seed }
}

extension LogState {
    /// Writes the state into `sink`, replacing what it held.
    package func write(to sink: inout ByteSink) {
        sink.removeAll()
        let fixed = sink.extend(by: Block.headerByteCount + Self.fixedByteCount)
        fixed.store(seed.word0, at: 16)
        fixed.store(seed.word1, at: 24)
        fixed.store(nextSequence, at: 32)
        fixed.store(nextSegment, at: 40)
        fixed.store(position.segment, at: 48)
        fixed.store(UInt64(position.offset), at: 56)
        fixed.store(nextRun, at: 64)
        fixed.store(UInt32(runs.count), at: 72)
        fixed.store(UInt32(0), at: 76)
        for run in runs {
            let bytes = sink.extend(by: Self.runByteCount)
            bytes.store(run.number, at: 0)
            bytes.store(UInt64(run.entryCount), at: 8)
            bytes.store(UInt32(run.blockCount), at: 16)
            bytes.store(UInt32(0), at: 20)
        }
        for segment in segments { segment.write(to: &sink) }
        Block.seal(sink.mutableBytes, kind: .logState, count: segments.count, row: Self.row)
    }

    /// The state in a block, checked in all its parts.
    package init(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
        let block = try Block.open(bytes, kind: .logState, row: Self.row)
        guard block.count <= Self.maximumSegments else {
            throw .tooMany(got: block.count, limit: Self.maximumSegments)
        }
        var reader = ByteReader(block.body)
        seed = QueueSeed(word0: try reader.integer(UInt64.self), word1: try reader.integer(UInt64.self))
        nextSequence = try reader.integer(UInt64.self)
        nextSegment = try reader.integer(UInt64.self)
        let segment = try reader.integer(UInt64.self)
        let offset = try reader.integer(UInt64.self)
        nextRun = try reader.integer(UInt64.self)
        let runCount = Int(try reader.integer(UInt32.self))
        guard try reader.integer(UInt32.self) == 0 else { throw .invalidField("zero") }
        guard nextSequence > 0, nextSequence <= maximumSequence + 1 else { throw .invalidField("nextSequence") }
        guard nextSegment > 0, nextSegment < 1 << 32, segment <= nextSegment,
            offset <= UInt64(SegmentHeader.maximumCapacity)
        else { throw .invalidField("position") }
        position = Position(segment: segment, offset: Int(offset))
        try readRuns(runCount, &reader)
        try readSegments(block.count, &reader)
        guard reader.isAtEnd else { throw .wrongLength(got: block.body.count, expected: reader.offset) }
    }

    private mutating func readRuns(_ count: Int, _ reader: inout ByteReader) throws(FormatError) {
        guard nextRun > 0, nextRun < 1 << 32 else { throw .invalidField("nextRun") }
        for _ in 0..<count {
            let number = try reader.integer(UInt64.self)
            let entries = try reader.integer(UInt64.self)
            let blocks = try reader.integer(UInt32.self)
            guard try reader.integer(UInt32.self) == 0 else { throw .invalidField("zero") }
            guard number < nextRun, blocks < Self.maximumBlocks, entries <= UInt64(Int32.max) else {
                throw .invalidField("run")
            }
            runs.append(Run(number: number, entryCount: Int(entries), blockCount: Int(blocks)))
        }
    }

    private mutating func readSegments(_ count: Int, _ reader: inout ByteReader) throws(FormatError) {
        for _ in 0..<count {
            let segment = try Segment(&reader)
            guard segment.number < nextSegment, segments.last.map({ $0.number < segment.number }) ?? true else {
                throw .invalidField("number")
            }
            segments.append(segment)
        }
    }
}

extension LogState.Segment {
    fileprivate func write(to sink: inout ByteSink) {
        let bytes = sink.extend(by: LogState.segmentByteCount + dead.count * 8)
        bytes.store(number, at: 0)
        bytes.store(nonce, at: 8)
        bytes.store(UInt64(capacity), at: 16)
        bytes.store(UInt64(end), at: 24)
        bytes.store(UInt32(summaryByteCount), at: 32)
        bytes.store(UInt32(entryCount), at: 36)
        for (place, word) in dead.enumerated() { bytes.store(word, at: LogState.segmentByteCount + place * 8) }
    }

    fileprivate init(_ reader: inout ByteReader) throws(FormatError) {
        number = try reader.integer(UInt64.self)
        nonce = try reader.integer(UInt64.self)
        let capacity = try reader.integer(UInt64.self)
        let end = try reader.integer(UInt64.self)
        summaryByteCount = Int(try reader.integer(UInt32.self))
        entryCount = Int(try reader.integer(UInt32.self))
        guard number > 0, capacity <= UInt64(SegmentHeader.maximumCapacity), end <= capacity, end.isMultiple(of: 8),
            end >= UInt64(SegmentHeader.byteCount)
        else { throw .invalidField("segment") }
        guard entryCount <= Frame.maximumAppends else {
            throw .tooMany(got: entryCount, limit: Frame.maximumAppends)
        }
        self.capacity = Int(capacity)
        self.end = Int(end)
        let words = try reader.slice((entryCount + 63) / 64 * 8)
        dead = ContiguousArray((0..<words.count / 8).map { words.integer(at: $0 * 8, as: UInt64.self) })
    }
}
