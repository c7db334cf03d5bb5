/// A message's identity inside its envelope, drawn at random by its sender; the same however often it is sealed.
public struct InnerID: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible, HashInput {
    /// The random bytes.
    public let bytes: Bytes16

    /// Takes any 16 bytes.
    @inlinable
    public init(_ bytes: Bytes16) {
        self.bytes = bytes
    }

    /// Draws an identity from the operating system's random numbers.
    public static func random() -> InnerID {
        InnerID(.random())
    }

    /// The bytes in hexadecimal.
    public var description: String { bytes.hex }

    /// Order of the bytes.
    @inlinable
    public static func < (left: InnerID, right: InnerID) -> Bool { left.bytes < right.bytes }

    /// Feeds the 16 bytes.
    @inlinable
    public func feed(into hasher: inout BLAKE2b) { hasher.feed(bytes) }
}
