/// Whose queue it is: 32 bytes without a meaning here (a user's public key, a hash, …).
///
/// A plain value of four words: no heap, compared and hashed by word. `<` is the order of the bytes.
public struct QueueRecipient: Hashable, Sendable, BitwiseCopyable {
    /// Bytes of a recipient.
    public static let byteCount = 32

    /// The bytes in memory order, eight at a time.
    package let word0: UInt64
    package let word1: UInt64
    package let word2: UInt64
    package let word3: UInt64

    package init(word0: UInt64, word1: UInt64, word2: UInt64, word3: UInt64) {
        self.word0 = word0
        self.word1 = word1
        self.word2 = word2
        self.word3 = word3
    }

    /// Takes a copy of `bytes`.
    ///
    /// - Precondition: `bytes.count == 32`.
    public init(copying bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == Self.byteCount, "a recipient has 32 bytes, got \(bytes.count)")
        self.init(
            word0: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            word1: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            word2: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            word3: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
    }

    /// The recipient with these bytes; nil unless there are exactly 32.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self = Array(bytes).withUnsafeBytes { QueueRecipient(copying: $0) }
    }

    /// The 32 bytes as an array (allocates; not for hot paths).
    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// Calls `body` with the 32 bytes, which are valid during the call.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Swift.withUnsafeBytes(of: (word0, word1, word2, word3), body)
    }
}

extension QueueRecipient: Comparable {
    /// Byte order: the first byte weighs most.
    public static func < (left: QueueRecipient, right: QueueRecipient) -> Bool {
        if left.word0 != right.word0 { return left.word0.bigEndian < right.word0.bigEndian }
        if left.word1 != right.word1 { return left.word1.bigEndian < right.word1.bigEndian }
        if left.word2 != right.word2 { return left.word2.bigEndian < right.word2.bigEndian }
        return left.word3.bigEndian < right.word3.bigEndian
    }
}

extension QueueRecipient: CustomStringConvertible {
    /// The bytes as 64 hexadecimal digits.
    public var description: String { withUnsafeBytes(hexadecimal) }
}
