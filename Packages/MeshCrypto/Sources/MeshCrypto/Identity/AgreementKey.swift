/// An X25519 public key: what links and envelopes agree on secrets with.
///
/// It comes from an identity's Ed25519 key and loses that one's sign: a key and its negative convert to the same.
public struct AgreementKey: Hashable, Sendable, CustomStringConvertible {
    /// The u-coordinate, 32 bytes little-endian as RFC 7748 writes it. Any bytes are one; what is of small order is
    /// found when a secret is agreed.
    public let bytes: Bytes32

    /// Takes any 32 bytes.
    public init(_ bytes: Bytes32) {
        self.bytes = bytes
    }

    /// The bytes in hexadecimal.
    public var description: String { bytes.hex }
}
