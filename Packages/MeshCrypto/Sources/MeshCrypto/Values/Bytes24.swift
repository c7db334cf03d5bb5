/// 24 bytes: nonces of XChaCha20-Poly1305.
public struct Bytes24: FixedBytes {
    // The bytes as they lie in memory.
    @usableFromInline var word0: UInt64
    @usableFromInline var word1: UInt64
    @usableFromInline var word2: UInt64

    /// 24.
    public static var byteCount: Int { 24 }

    /// All bytes zero.
    @inlinable
    public init() {
        word0 = 0
        word1 = 0
        word2 = 0
    }

    /// Compares byte by byte, the first weighing most; words are read big-endian for that.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool {
        if left.word0 != right.word0 { return left.word0.bigEndian < right.word0.bigEndian }
        if left.word1 != right.word1 { return left.word1.bigEndian < right.word1.bigEndian }
        return left.word2.bigEndian < right.word2.bigEndian
    }
}
