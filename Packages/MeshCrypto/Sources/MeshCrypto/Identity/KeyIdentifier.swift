/// An identifier that is an Ed25519 public key: ``UserID`` or ``NodeID``.
///
/// A value of such a type is a valid key: canonical, on the curve, in the prime-order subgroup, not of small order.
public protocol KeyIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible, HashInput, BitwiseCopyable {
    /// The prefix of the text form, which keeps the kinds apart.
    static var textPrefix: String { get }
    /// The public key.
    var bytes: Bytes32 { get }
    /// Takes bytes that were proven to be a valid key before: from an own store, or after a verified signature.
    /// Nothing is checked.
    init(trusted bytes: Bytes32)
}

extension KeyIdentifier {
    /// Takes 32 bytes from anywhere and proves that they are a valid public key (some 45 µs).
    public init(_ bytes: Bytes32) throws(IdentifierError) {
        guard Curve.isValidPublicKey(bytes) else { throw .notAPublicKey(bytes) }
        self.init(trusted: bytes)
    }

    /// Reads the text form, upper or lower case, and proves what it holds.
    public init(text: some StringProtocol) throws(IdentifierError) {
        let decoded: (prefix: String, bytes: [UInt8])
        do { decoded = try Bech32m.decode(text) } catch { throw .notBech32m(error) }
        guard decoded.prefix == Self.textPrefix else {
            throw .wrongKind(got: decoded.prefix, allowed: Self.textPrefix)
        }
        guard let bytes = Bytes32(decoded.bytes) else {
            throw .wrongLength(got: decoded.bytes.count, allowed: Bytes32.byteCount)
        }
        try self.init(bytes)
    }

    /// The text form: bech32m, 63 characters.
    public var description: String { bytes.withUnsafeBytes { Bech32m.encode(prefix: Self.textPrefix, bytes: $0) } }

    /// Order of the public keys' bytes.
    @inlinable
    public static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }

    /// Feeds the 32 bytes of the key.
    @inlinable
    public func feed(into hasher: inout BLAKE2b) { hasher.feed(bytes) }

    /// The X25519 key that belongs to this identity.
    public var agreementKey: AgreementKey {
        guard let key = Curve.agreementKey(of: bytes) else {
            preconditionFailure("\(bytes.hex) was called trusted and is no public key")
        }
        return key
    }

    /// Whether a static key that a link handshake has proven belongs to this identity, whose bytes may come from anywhere
    /// (some 0.1 µs).
    ///
    /// The conversion loses the sign, and a handshake what the curve has besides its prime-order subgroup: the (useless)
    /// negative of an identity passes as well, and so do keys that are off by a point of small order, or lie on no curve.
    /// All of these have one owner, who holds the secret of the key just proven.
    public func converts(to key: AgreementKey) -> Bool {
        Curve.converts(bytes, to: key)
    }

    /// Whether `signature` is this identity's over `message` in `context` (see ``SecretIdentity/sign(_:context:)``).
    public func verifies(_ signature: Bytes64, of message: UnsafeRawBufferPointer, context: String) -> Bool {
        SignedText.with(message, context: context) { Curve.verifies(signature, of: $0, key: bytes) }
    }

    /// Whether `signature` is this identity's over `message` in `context`.
    public func verifies(_ signature: Bytes64, of message: [UInt8], context: String) -> Bool {
        message.withUnsafeBytes { verifies(signature, of: $0, context: context) }
    }
}
