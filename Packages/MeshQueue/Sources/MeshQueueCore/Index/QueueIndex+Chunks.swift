/// Which entries of a chunk are dead: one bit each, as many as a chunk may have entries.
package struct DeadEntries: Sendable, Hashable, BitwiseCopyable {
    package var low: UInt64
    package var high: UInt64

    package init(low: UInt64 = 0, high: UInt64 = 0) {
        self.low = low
        self.high = high
    }

    /// All of them.
    package static let all = DeadEntries(low: .max, high: .max)

    /// None of them.
    package static let none = DeadEntries()

    package func contains(_ entry: UInt8) -> Bool {
        (entry < 64 ? low &>> UInt64(entry) : high &>> UInt64(entry &- 64)) & 1 == 1
    }

    package mutating func insert(_ entry: UInt8) {
        if entry < 64 { low |= 1 &<< UInt64(entry) } else { high |= 1 &<< UInt64(entry &- 64) }
    }

    package mutating func formUnion(_ other: DeadEntries) {
        low |= other.low
        high |= other.high
    }

    /// How many of the first `count` entries are dead.
    package func count(of count: Int) -> Int {
        let lowMask = count >= 64 ? UInt64.max : (1 &<< UInt64(count)) &- 1
        let highMask = count >= 128 ? UInt64.max : count <= 64 ? 0 : (1 &<< UInt64(count &- 64)) &- 1
        return (low & lowMask).nonzeroBitCount + (high & highMask).nonzeroBitCount
    }
}

/// A chunk: one row of up to 64 KiB of messages on disk. 32 bytes.
struct ChunkRecord: PoolElement {
    var row: UInt64
    var dead: DeadEntries
    var total: UInt8
    var live: UInt8
    /// Whether it was told to be due for compaction.
    var isDue: Bool
    /// False while the record is free.
    var isUsed: Bool
    var nextFree: UInt32
}

extension QueueIndex {
    /// A chunk is due when at most one in four of its messages is alive: copying those forward then costs at most a
    /// third of what it frees.
    static var dueFraction: Int { 4 }

    /// Adds a chunk of `total` entries of which these are dead, and returns its number. Its messages are inserted next.
    package mutating func addChunk(row: UInt64, total: Int, dead: DeadEntries = .none) -> UInt32 {
        chunks.add(
            ChunkRecord(
                row: row, dead: dead, total: UInt8(total), live: 0, isDue: false, isUsed: true, nextFree: noIndex))
    }

    /// Frees a chunk's number, once no message lies in it and its row is gone.
    package mutating func removeChunk(_ index: UInt32) {
        precondition(chunks[index].pointee.live == 0, "a chunk with messages was dropped")
        chunks[index].pointee.isUsed = false
        chunks.remove(index)
    }

    /// Numbers of chunks ever handed out.
    package var chunkEnd: UInt32 { chunks.end }

    /// Whether this number is a chunk's.
    package func isChunk(_ index: UInt32) -> Bool { index < chunks.end && chunks[index].pointee.isUsed }

    /// The row of a chunk.
    package func row(ofChunk index: UInt32) -> UInt64 { chunks[index].pointee.row }

    /// Which entries of a chunk are dead.
    package func dead(ofChunk index: UInt32) -> DeadEntries { chunks[index].pointee.dead }

    /// How many entries of a chunk are alive.
    package func live(ofChunk index: UInt32) -> Int { Int(chunks[index].pointee.live) }

    /// How many entries a chunk has.
    package func total(ofChunk index: UInt32) -> Int { Int(chunks[index].pointee.total) }

    /// Whether a chunk is due for compaction and wasn't told so before; tells it once.
    package mutating func takeDue(_ index: UInt32) -> Bool {
        let chunk = chunks[index]
        guard !chunk.pointee.isDue, Int(chunk.pointee.live) * Self.dueFraction <= Int(chunk.pointee.total) else {
            return false
        }
        chunk.pointee.isDue = true
        return true
    }

    mutating func chunkGained(_ index: UInt32) { chunks[index].pointee.live += 1 }

    mutating func chunkLost(_ index: UInt32, entry: UInt8) -> Bool {
        chunks[index].pointee.live -= 1
        chunks[index].pointee.dead.insert(entry)
        return takeDue(index)
    }
}
