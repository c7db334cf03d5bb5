/// 16 bytes: identifiers drawn at random or derived from content, proof secrets and their hashes.
public struct Bytes16: FixedBytes {
    // The bytes as they lie in memory.
    @usableFromInline var word0: UInt64
    @usableFromInline var word1: UInt64

    /// 16.
    public static var byteCount: Int { 16 }

    /// All bytes zero.
    @inlinable
    public init() {
        word0 = 0
        word1 = 0
    }

    /// Compares byte by byte, the first weighing most; words are read big-endian for that.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool {
        if left.word0 != right.word0 { return left.word0.bigEndian < right.word0.bigEndian }
        return left.word1.bigEndian < right.word1.bigEndian
    }
}
