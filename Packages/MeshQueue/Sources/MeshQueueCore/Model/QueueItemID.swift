/// What names a message within its recipient's queue: 16 bytes, chosen by the caller, unique per recipient.
///
/// A plain value of two words: no heap. `<` is the order of the bytes.
public struct QueueItemID: Hashable, Sendable, BitwiseCopyable {
    /// Bytes of an id.
    public static let byteCount = 16

    /// The bytes in memory order, eight at a time.
    package let word0: UInt64
    package let word1: UInt64

    package init(word0: UInt64, word1: UInt64) {
        self.word0 = word0
        self.word1 = word1
    }

    /// Takes a copy of `bytes`.
    ///
    /// - Precondition: `bytes.count == 16`.
    public init(copying bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == Self.byteCount, "an id has 16 bytes, got \(bytes.count)")
        self.init(
            word0: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            word1: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        )
    }

    /// The id with these bytes; nil unless there are exactly 16.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self = Array(bytes).withUnsafeBytes { QueueItemID(copying: $0) }
    }

    /// The 16 bytes as an array (allocates; not for hot paths).
    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// Calls `body` with the 16 bytes, which are valid during the call.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Swift.withUnsafeBytes(of: (word0, word1), body)
    }
}

extension QueueItemID: Comparable {
    /// Byte order: the first byte weighs most.
    public static func < (left: QueueItemID, right: QueueItemID) -> Bool {
        if left.word0 != right.word0 { return left.word0.bigEndian < right.word0.bigEndian }
        return left.word1.bigEndian < right.word1.bigEndian
    }
}

extension QueueItemID: CustomStringConvertible {
    /// The bytes as 32 hexadecimal digits.
    public var description: String { withUnsafeBytes(hexadecimal) }
}

/// `bytes` as hexadecimal digits, two a byte.
package func hexadecimal(_ bytes: UnsafeRawBufferPointer) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: bytes.count * 2) { text in
        for (index, byte) in bytes.enumerated() {
            text[index * 2] = digits[Int(byte >> 4)]
            text[index * 2 + 1] = digits[Int(byte & 15)]
        }
        return bytes.count * 2
    }
}
