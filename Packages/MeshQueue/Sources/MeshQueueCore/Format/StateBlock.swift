/// The store's own state, one row: 80 bytes.
///
///     16  seed            2 × u64   of fingerprints; drawn when the store was founded
///     32  nextSequence    u64       no smaller sequence is free
///     40  nextChunk       u64       no smaller chunk row is free
///     48  foldedCounter   u64       journal rows up to this counter are folded: their deaths are in the dead pages,
///                                   their tombstones in runs
///     56  deadGeneration  u64       which dead pages count
///     64  nextRun         u64       no smaller run number is free
///     72  epoch           u64       how often the store was opened: the upper half of commit numbers
package struct StateBlock: Sendable, Hashable {
    package var seed: QueueSeed
    package var nextSequence: UInt64 = 1
    package var nextChunk: UInt64 = 1
    package var foldedCounter: UInt64 = 0
    package var deadGeneration: UInt64 = 0
    package var nextRun: UInt64 = 1
    package var epoch: UInt64 = 0

    static let byteCount = 80
    /// The key of the only row.
    package static let row: UInt64 = 1

    package init(seed: QueueSeed) { self.seed = seed }

    /// Writes the block into `sink`, replacing what it held.
    package func write(to sink: inout ByteSink) {
        sink.removeAll()
        let block = sink.extend(by: Self.byteCount)
        block.store(seed.word0, at: 16)
        block.store(seed.word1, at: 24)
        block.store(nextSequence, at: 32)
        block.store(nextChunk, at: 40)
        block.store(foldedCounter, at: 48)
        block.store(deadGeneration, at: 56)
        block.store(nextRun, at: 64)
        block.store(epoch, at: 72)
        Block.seal(block, kind: .state, count: 1, row: Self.row)
    }

    /// The state in an undamaged block.
    package init(_ bytes: UnsafeRawBufferPointer) throws(FormatError) {
        let block = try Block.open(bytes, kind: .state, row: Self.row)
        guard block.count == 1 else { throw .invalidField("count") }
        try Block.expect(block.body, byteCount: Self.byteCount - Block.headerByteCount)
        seed = QueueSeed(
            word0: block.body.integer(at: 0, as: UInt64.self), word1: block.body.integer(at: 8, as: UInt64.self))
        nextSequence = block.body.integer(at: 16, as: UInt64.self)
        nextChunk = block.body.integer(at: 24, as: UInt64.self)
        foldedCounter = block.body.integer(at: 32, as: UInt64.self)
        deadGeneration = block.body.integer(at: 40, as: UInt64.self)
        nextRun = block.body.integer(at: 48, as: UInt64.self)
        epoch = block.body.integer(at: 56, as: UInt64.self)
        guard epoch < 1 << 31 else { throw .invalidField("epoch") }
        guard nextSequence > 0, nextSequence <= QueueIndex.maximumSequence + 1 else {
            throw .invalidField("nextSequence")
        }
        guard nextChunk > 0, nextChunk <= Self.maximumChunk else { throw .invalidField("nextChunk") }
        guard foldedCounter <= JournalKey.maximumCounter else { throw .invalidField("foldedCounter") }
        guard deadGeneration < 1 << 31, nextRun < 1 << 31 else { throw .invalidField("generation") }
    }

    /// A chunk's row and an entry share a word in the journal: 55 bits keep it positive as a key.
    package static let maximumChunk: UInt64 = 1 << 55
}
