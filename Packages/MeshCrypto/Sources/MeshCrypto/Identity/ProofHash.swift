/// What a proof has to fit: stands outside the envelope, where every node can check it with one hash.
public struct ProofHash: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible, HashInput {
    /// The hash, BLAKE2b-128.
    public let bytes: Bytes16

    /// Takes any 16 bytes.
    @inlinable
    public init(_ bytes: Bytes16) {
        self.bytes = bytes
    }

    /// The bytes in hexadecimal.
    public var description: String { bytes.hex }

    /// Order of the bytes.
    @inlinable
    public static func < (left: ProofHash, right: ProofHash) -> Bool { left.bytes < right.bytes }

    /// Feeds the 16 bytes.
    @inlinable
    public func feed(into hasher: inout BLAKE2b) { hasher.feed(bytes) }
}
