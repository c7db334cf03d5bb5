/// A network's identity: the hash of its parameters. Two networks never mix. Opaque here.
public struct NetworkID: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible, HashInput {
    /// The hash.
    public let bytes: Bytes32

    /// Takes any 32 bytes.
    public init(_ bytes: Bytes32) {
        self.bytes = bytes
    }

    /// The bytes in hexadecimal.
    public var description: String { bytes.hex }

    /// Order of the bytes.
    public static func < (left: NetworkID, right: NetworkID) -> Bool { left.bytes < right.bytes }

    /// Feeds the 32 bytes.
    public func feed(into hasher: inout BLAKE2b) { hasher.feed(bytes) }
}
