/// An X25519 key pair for one end of a link, or for one envelope: an identity's, or a throwaway one.
public struct NoiseKeyPair: @unchecked Sendable {
    // Sendable: the plain memory is written only while it is created.
    private enum Secret {
        case identity(KeyPair)
        case plain(WipedMemory)
    }

    private let secret: Secret
    /// The public half.
    public let publicKey: AgreementKey

    /// The key of a person or node.
    public init<ID>(_ identity: SecretIdentity<ID>) {
        secret = .identity(identity.keys)
        publicKey = identity.agreementKey
    }

    /// A key from 32 secret bytes, kept in ordinary memory that is wiped on release; another length traps.
    public init(secret: UnsafeRawBufferPointer) {
        publicKey = Curve.agreementKey(ofSecret: secret)
        self.secret = .plain(WipedMemory(copying: secret))
    }

    /// A key drawn from the operating system's random numbers that nobody can tie to an identity: for links that only
    /// ask, and as the ephemeral key of each handshake.
    public static func throwaway() -> NoiseKeyPair {
        withWipedBytes(count: Bytes32.byteCount) { bytes in
            Sodium.fill(bytes)
            return NoiseKeyPair(secret: UnsafeRawBufferPointer(bytes))
        }
    }

    /// The secret shared with the owner of `key`, lent for the time of the call; nil if there is none.
    func withSharedSecret<Result>(with key: AgreementKey, _ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        withWipedBytes(count: Bytes32.byteCount) { shared in
            let isAgreed =
                switch secret {
                case .identity(let keys):
                    keys.withAgreementSecret { Curve.agree(secret: $0, with: key, into: shared) }
                case .plain(let memory):
                    withExtendedLifetime(memory) {
                        Curve.agree(secret: UnsafeRawBufferPointer(memory.bytes), with: key, into: shared)
                    }
                }
            return isAgreed ? body(UnsafeRawBufferPointer(shared)) : nil
        }
    }
}

extension NoiseKeyPair: Redacted {
    var redactedDescription: String { "<secret of \(publicKey)>" }
}
