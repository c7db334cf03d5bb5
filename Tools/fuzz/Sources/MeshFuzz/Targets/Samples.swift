import MeshCrypto

/// Values of which the corpora are made: the same in each process, so that a kept input meets the same keys again.
enum Samples {
    static let alice = UserIdentity(seed: seed(1))
    static let bob = UserIdentity(seed: seed(2))
    static let network = NetworkID(bytes32(7))

    static func node(_ number: UInt8) -> NodeIdentity { NodeIdentity(seed: seed(number)) }

    static func seed(_ number: UInt8) -> SecretBytes {
        var bytes = [UInt8](repeating: number, count: 32)
        return SecretBytes(taking: &bytes)
    }

    static func bytes16(_ number: UInt8) -> Bytes16 {
        [UInt8](repeating: number, count: 16).withUnsafeBytes { Bytes16(copying: $0) }
    }

    static func bytes32(_ number: UInt8) -> Bytes32 {
        [UInt8](repeating: number, count: 32).withUnsafeBytes { Bytes32(copying: $0) }
    }

    static func key(_ number: UInt8) -> NoiseKeyPair {
        [UInt8](repeating: number, count: 32).withUnsafeBytes { NoiseKeyPair(secret: $0) }
    }

    /// An envelope from Alice to Bob.
    static func envelope(_ body: [UInt8]) throws(EnvelopeError) -> SealedEnvelope {
        let nonce = [UInt8](repeating: 5, count: 24).withUnsafeBytes { Bytes24(copying: $0) }
        let randomness = EnvelopeRandomness(
            ephemeral: key(9), nonce: nonce, acknowledgementSecret: ProofSecret(bytes16(3)),
            recallSecret: ProofSecret(bytes16(4)), innerID: InnerID(bytes16(6)))
        return try Envelope.seal(
            body: body, from: alice, to: bob.id, network: network, sentAtMilliseconds: 1_790_000_000_000,
            randomness: randomness)
    }
}
