import CSodium

/// The keys of a ``SecretIdentity``: one piece of protected memory with the Ed25519 secret key (which begins with the
/// seed) and the X25519 secret key.
struct KeyPair: Sendable {
    static let seedCount = 32
    private static let signingCount = 64
    private static let agreementCount = 32

    /// 64 bytes Ed25519 secret key (seed, public key), then 32 bytes X25519 secret key: 8 KiB once, not three times.
    private let memory: SecretBytes
    let publicKey: Bytes32
    let agreementKey: AgreementKey

    init(seed: SecretBytes) {
        precondition(seed.count == Self.seedCount, "an identity's seed has 32 bytes")
        var publicKey = Bytes32()
        memory = SecretBytes(count: Self.signingCount + Self.agreementCount) { memory in
            let signing = memory.octets!
            publicKey.withUnsafeMutableBytes { publicKey in
                seed.withUnsafeBytes { _ = crypto_sign_seed_keypair(publicKey.octets!, signing, $0.octets!) }
            }
            _ = crypto_sign_ed25519_sk_to_curve25519(signing + Self.signingCount, signing)
        }
        self.publicKey = publicKey
        agreementKey = memory.withUnsafeBytes { memory in
            Curve.agreementKey(ofSecret: UnsafeRawBufferPointer(rebasing: memory[Self.signingCount...]))
        }
    }

    /// A copy of the seed, in protected memory of its own.
    func copySeed() -> SecretBytes {
        memory.withUnsafeBytes { SecretBytes(copying: UnsafeRawBufferPointer(rebasing: $0[..<Self.seedCount])) }
    }

    /// Lends the X25519 secret key.
    func withAgreementSecret<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        memory.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[Self.signingCount...])) }
    }

    /// Signs `text` as it is: plain Ed25519.
    func sign(text: UnsafeRawBufferPointer) -> Bytes64 {
        var signature = Bytes64()
        signature.withUnsafeMutableBytes { out in
            memory.withUnsafeBytes {
                _ = crypto_sign_detached(out.octets!, nil, text.octets, UInt64(text.count), $0.octets!)
            }
        }
        return signature
    }
}
