/// What stands for the set of ids in a queue: equal sets have equal digests, whatever their order; different ones differ
/// but for a chance of 2⁻¹²⁸.
///
/// The sum over all ids of two keyed hashes (SipHash-1-3). Draw a new key for each comparison: then nobody can choose
/// ids beforehand that cancel each other.
public struct QueueDigest: Sendable, Hashable {
    /// How many ids.
    public var count: Int
    /// The sum, modulo 2⁶⁴, of the first hash.
    public var sum0: UInt64
    /// The sum, modulo 2⁶⁴, of the second hash.
    public var sum1: UInt64

    /// A digest as another node gave it.
    public init(count: Int = 0, sum0: UInt64 = 0, sum1: UInt64 = 0) {
        self.count = count
        self.sum0 = sum0
        self.sum1 = sum1
    }

    /// Adds an id under `key`: SipHash-1-3 of its two little-endian words, under the keys (key, 0) and (key, 1).
    public mutating func add(_ id: QueueItemID, key: UInt64) {
        count += 1
        sum0 &+= Self.hash(id, key, 0)
        sum1 &+= Self.hash(id, key, 1)
    }

    private static func hash(_ id: QueueItemID, _ key: UInt64, _ half: UInt64) -> UInt64 {
        var state = SipHash13(QueueSeed(word0: key, word1: half))
        state.add(UInt64(littleEndian: id.word0))
        state.add(UInt64(littleEndian: id.word1))
        return state.finish(byteCount: QueueItemID.byteCount)
    }
}
