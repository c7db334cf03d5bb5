/// Everything random in one envelope. Use ``fresh()``; the other way is for vectors and seeded simulations.
public struct EnvelopeRandomness: Sendable {
    let ephemeral: NoiseKeyPair
    let nonce: Bytes24
    let acknowledgementSecret: ProofSecret
    let recallSecret: ProofSecret
    let innerID: InnerID

    /// Drawn from the operating system's random numbers.
    public static func fresh() -> EnvelopeRandomness {
        EnvelopeRandomness(
            ephemeral: .throwaway(), nonce: .random(), acknowledgementSecret: .random(), recallSecret: .random(),
            innerID: .random())
    }

    /// Takes given values. To use an ephemeral key a second time gives away what it protects.
    ///
    /// - Parameters:
    ///   - ephemeral: the key pair of this one envelope.
    ///   - nonce: the cipher's nonce, carried along.
    ///   - acknowledgementSecret: what the recipient reveals to have the message removed.
    ///   - recallSecret: what the sender reveals to take the message back.
    ///   - innerID: the message's id, where the sender of a repetition names no other.
    public init(
        ephemeral: NoiseKeyPair, nonce: Bytes24, acknowledgementSecret: ProofSecret, recallSecret: ProofSecret,
        innerID: InnerID
    ) {
        self.ephemeral = ephemeral
        self.nonce = nonce
        self.acknowledgementSecret = acknowledgementSecret
        self.recallSecret = recallSecret
        self.innerID = innerID
    }
}
