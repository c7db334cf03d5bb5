/// A submission's identity: BLAKE2b-128 over everything in it, so that no hop can change any of it.
public struct SubmissionID: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible, HashInput {
    /// The hash.
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
    public static func < (left: SubmissionID, right: SubmissionID) -> Bool { left.bytes < right.bytes }

    /// Feeds the 16 bytes.
    @inlinable
    public func feed(into hasher: inout BLAKE2b) { hasher.feed(bytes) }
}
