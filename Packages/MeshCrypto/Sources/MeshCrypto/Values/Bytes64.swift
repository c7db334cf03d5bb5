/// 64 bytes: Ed25519 signatures and long hashes.
public struct Bytes64: FixedBytes {
    // The bytes as they lie in memory.
    @usableFromInline var word0: UInt64
    @usableFromInline var word1: UInt64
    @usableFromInline var word2: UInt64
    @usableFromInline var word3: UInt64
    @usableFromInline var word4: UInt64
    @usableFromInline var word5: UInt64
    @usableFromInline var word6: UInt64
    @usableFromInline var word7: UInt64

    /// 64.
    public static var byteCount: Int { 64 }

    /// All bytes zero.
    @inlinable
    public init() {
        word0 = 0
        word1 = 0
        word2 = 0
        word3 = 0
        word4 = 0
        word5 = 0
        word6 = 0
        word7 = 0
    }

    /// Compares byte by byte, the first weighing most; words are read big-endian for that.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool {
        if left.word0 != right.word0 { return left.word0.bigEndian < right.word0.bigEndian }
        if left.word1 != right.word1 { return left.word1.bigEndian < right.word1.bigEndian }
        if left.word2 != right.word2 { return left.word2.bigEndian < right.word2.bigEndian }
        if left.word3 != right.word3 { return left.word3.bigEndian < right.word3.bigEndian }
        if left.word4 != right.word4 { return left.word4.bigEndian < right.word4.bigEndian }
        if left.word5 != right.word5 { return left.word5.bigEndian < right.word5.bigEndian }
        if left.word6 != right.word6 { return left.word6.bigEndian < right.word6.bigEndian }
        return left.word7.bigEndian < right.word7.bigEndian
    }
}
