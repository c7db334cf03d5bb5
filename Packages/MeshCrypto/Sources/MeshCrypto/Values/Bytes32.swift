/// 32 bytes: public keys and hashes.
public struct Bytes32: FixedBytes {
    // The bytes as they lie in memory.
    @usableFromInline var word0: UInt64
    @usableFromInline var word1: UInt64
    @usableFromInline var word2: UInt64
    @usableFromInline var word3: UInt64

    /// 32.
    public static var byteCount: Int { 32 }

    /// All bytes zero.
    @inlinable
    public init() {
        word0 = 0
        word1 = 0
        word2 = 0
        word3 = 0
    }

    /// Compares byte by byte, the first weighing most; words are read big-endian for that.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool {
        if left.word0 != right.word0 { return left.word0.bigEndian < right.word0.bigEndian }
        if left.word1 != right.word1 { return left.word1.bigEndian < right.word1.bigEndian }
        if left.word2 != right.word2 { return left.word2.bigEndian < right.word2.bigEndian }
        return left.word3.bigEndian < right.word3.bigEndian
    }
}
