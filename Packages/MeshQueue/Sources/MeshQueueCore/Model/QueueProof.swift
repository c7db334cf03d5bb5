/// What shows that a removal is allowed: up to 96 bytes without a meaning to the store.
///
/// Held inline (no heap), kept with the tombstone, and so available when a removal is to be shown to others later.
public struct QueueProof: Sendable {
    /// Most bytes of a proof: a 64-byte signature and 32 bytes beside it. A secret takes 16.
    public static let maximumByteCount = 96

    /// Bytes used.
    public let count: Int
    private let storage: InlineArray<96, UInt8>

    /// Takes a copy of `bytes`; nil if there are more than 96.
    public init?(copying bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= Self.maximumByteCount else { return nil }
        var storage = InlineArray<96, UInt8>(repeating: 0)
        for index in 0..<bytes.count { storage[index] = bytes[index] }
        self.count = bytes.count
        self.storage = storage
    }

    /// The proof with these bytes; nil if there are more than 96.
    public init?(_ bytes: some Collection<UInt8>) {
        guard let proof = Array(bytes).withUnsafeBytes({ QueueProof(copying: $0) }) else { return nil }
        self = proof
    }

    /// A proof of no bytes.
    public static let empty = QueueProof(count: 0)

    private init(count: Int) {
        self.count = count
        self.storage = InlineArray(repeating: 0)
    }

    /// The bytes as an array (allocates; not for hot paths).
    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// Calls `body` with the `count` bytes, which are valid during the call.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Swift.withUnsafeBytes(of: storage) { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
}

extension QueueProof: Equatable {
    /// Equal when the used bytes are.
    public static func == (left: QueueProof, right: QueueProof) -> Bool {
        left.withUnsafeBytes { leftBytes in right.withUnsafeBytes { leftBytes.elementsEqual($0) } }
    }
}

extension QueueProof: CustomStringConvertible {
    /// Says how long it is and no more: a proof may be a secret.
    public var description: String { "<proof of \(count) bytes>" }
}
