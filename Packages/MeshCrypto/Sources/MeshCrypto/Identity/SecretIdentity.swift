/// The secret half of an identity, in locked, wiped memory: ``UserIdentity`` or ``NodeIdentity``.
public final class SecretIdentity<ID: KeyIdentifier>: Sendable {
    let keys: KeyPair
    /// The public half: what others know this person or node by.
    public let id: ID

    /// Takes the 32-byte seed that an identity is made of (RFC 8032's secret key); another length traps.
    public init(seed: SecretBytes) {
        keys = KeyPair(seed: seed)
        id = ID(trusted: keys.publicKey)
    }

    /// Draws a new identity from the operating system's random numbers.
    public static func generate() -> SecretIdentity {
        SecretIdentity(seed: SecretBytes(randomCount: KeyPair.seedCount))
    }

    /// A copy of the seed, for the vault and the recovery string.
    public func copySeed() -> SecretBytes {
        keys.copySeed()
    }

    /// The X25519 key that links and envelopes use; the same as `id.agreementKey`.
    public var agreementKey: AgreementKey { keys.agreementKey }

    /// Signs `message`: Ed25519 (RFC 8032) over one byte with the context's length in UTF-8 (1…255), the context, and
    /// the message. The context names the purpose, so that a signature for one never fits another.
    public func sign(_ message: UnsafeRawBufferPointer, context: String) -> Bytes64 {
        SignedText.with(message, context: context, keys.sign(text:))
    }

    /// Signs `message` in `context`.
    public func sign(_ message: [UInt8], context: String) -> Bytes64 {
        message.withUnsafeBytes { sign($0, context: context) }
    }
}

extension SecretIdentity: Redacted {
    var redactedDescription: String { "<secret of \(id)>" }
}

/// The secret half of a ``UserID``: a person's keys.
public typealias UserIdentity = SecretIdentity<UserID>

/// The secret half of a ``NodeID``: a node's keys.
public typealias NodeIdentity = SecretIdentity<NodeID>
