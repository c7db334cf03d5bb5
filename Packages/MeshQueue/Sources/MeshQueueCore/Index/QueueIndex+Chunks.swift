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
    /// Whether it was told to be sparse.
    var isSparse: Bool
    /// False while the record is free.
    var isUsed: Bool
    var nextFree: UInt32
}

/// What the loss of a message did to its chunk.
package enum ChunkChange: Sendable, Hashable {
    /// Nothing to act on.
    case none
    /// It is mostly dead from now on: worth copying forward. Told once per chunk.
    case sparse
    /// Nothing in it is alive. Told once per chunk.
    case emptied(wasSparse: Bool)
}

extension QueueIndex {
    /// A chunk is sparse when at most one in four of its messages is alive: copying those forward then costs at most a
    /// third of what it frees.
    static var sparseFraction: Int { 4 }

    /// Adds a chunk of `total` entries of which these are dead, and returns its number. Its messages are inserted next.
    package mutating func addChunk(row: UInt64, total: Int, dead: DeadEntries = .none) -> UInt32 {
        rowEnd = max(rowEnd, row + 1)
        return chunks.add(
            ChunkRecord(
                row: row, dead: dead, total: UInt8(total), live: 0, isSparse: false, isUsed: true, nextFree: noIndex))
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

    /// What there is to tell about a chunk. After loading, once per chunk; else told by what changes it.
    package mutating func examine(_ index: UInt32) -> ChunkChange {
        let chunk = chunks[index]
        if chunk.pointee.live == 0 { return .emptied(wasSparse: chunk.pointee.isSparse) }
        let isSparse = Int(chunk.pointee.live) * Self.sparseFraction <= Int(chunk.pointee.total)
        guard isSparse, !chunk.pointee.isSparse else { return .none }
        chunk.pointee.isSparse = true
        return .sparse
    }

    mutating func chunkGained(_ index: UInt32) { chunks[index].pointee.live += 1 }

    mutating func chunkLost(_ index: UInt32, entry: UInt8) -> ChunkChange {
        chunks[index].pointee.live -= 1
        chunks[index].pointee.dead.insert(entry)
        return examine(index)
    }
}
