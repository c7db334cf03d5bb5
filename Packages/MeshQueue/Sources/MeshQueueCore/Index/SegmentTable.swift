/// A segment as memory knows it.
package struct SegmentRecord {
    package let number: UInt64
    package let nonce: UInt64
    package let file: DiskFile
    package let capacity: Int
    /// Where its frames end.
    package var end: Int
    package var summaryByteCount = 0
    package var entryCount = 0
    package var liveCount = 0
    /// Bytes of the records of what lives.
    package var liveBytes = 0
    /// One bit per entry: set where it is dead.
    package var dead: ContiguousArray<UInt64> = []
    /// Whether the state on disk names it, so that the file must stay until the next state.
    package var isListed = false
    /// Whether its file is about to go.
    package var isDying = false
    /// Whether something in it can't be read, so that it can't be copied away.
    package var isStuck = false

    package init(number: UInt64, nonce: UInt64, file: DiskFile, capacity: Int, end: Int) {
        self.number = number
        self.nonce = nonce
        self.file = file
        self.capacity = capacity
        self.end = end
    }

    /// The name of a segment's file.
    package static func name(_ number: UInt64) -> String { "log-\(number)" }

    /// Bytes that hold something, dead or alive.
    package var usedBytes: Int { end - SegmentHeader.byteCount }

    mutating func gain(_ place: LogPlace) {
        entryCount = max(entryCount, place.entry + 1)
        while dead.count * 64 < entryCount { dead.append(0) }
        dead[place.entry / 64] &= ~(1 << UInt64(place.entry % 64))
        liveCount += 1
        liveBytes += LogRecord.byteCount(length: place.length)
    }

    mutating func lose(_ place: LogPlace) {
        liveCount -= 1
        liveBytes -= LogRecord.byteCount(length: place.length)
        dead[place.entry / 64] |= 1 << UInt64(place.entry % 64)
    }

    package func isDead(_ entry: Int) -> Bool {
        entry / 64 < dead.count && dead[entry / 64] >> UInt64(entry % 64) & 1 == 1
    }
}

/// All segments, by numbers that are used again.
package struct SegmentTable: ~Copyable {
    private var records: ContiguousArray<SegmentRecord?> = []
    private var free: [UInt16] = []
    /// How many there are.
    package private(set) var count = 0

    package init() {}

    /// Adds a segment; nil if there are as many as there can be.
    package mutating func add(_ record: SegmentRecord) -> UInt16? {
        if let handle = free.popLast() {
            records[Int(handle)] = record
            count += 1
            return handle
        }
        guard records.count < LogState.maximumSegments else { return nil }
        records.append(record)
        count += 1
        return UInt16(records.count - 1)
    }

    package mutating func remove(_ handle: UInt16) {
        records[Int(handle)] = nil
        free.append(handle)
        count -= 1
    }

    /// The segment under a handle, which must be in use.
    package subscript(handle: UInt16) -> SegmentRecord {
        _read { yield records[Int(handle)]! }
        _modify { yield &records[Int(handle)]! }
    }

    /// The handles in use.
    package var handles: [UInt16] { records.indices.compactMap { records[$0] == nil ? nil : UInt16($0) } }
}
