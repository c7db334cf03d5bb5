public import MeshCrypto

/// A sealed message with everything that a node is told about it, and the secret to call it back.
///
/// It is made once and kept: every try sends these very bytes, so every try has the same id, and nodes see repetitions
/// for what they are.
public struct OutgoingSubmission: Hashable, Sendable {
    /// The submission's id, derived from its content.
    public let id: SubmissionID
    /// Whom it is for.
    public let recipient: UserID
    /// The id inside the envelope.
    public let innerID: InnerID
    /// When nodes drop it, in seconds since 1970.
    public let expirySeconds: UInt32
    /// The submission's flags, as the core protocol has them.
    public let flags: UInt16
    /// What the recipient's acknowledgement has to fit.
    public let acknowledgementHash: ProofHash
    /// What a recall has to fit.
    public let recallHash: ProofHash
    /// The secret for a recall.
    public let recallSecret: ProofSecret
    /// The core protocol's hash of the envelope, which a recall has to show; nil where it isn't known.
    public let envelopeHash: Bytes16?
    /// The sealed envelope.
    public let envelope: [UInt8]

    /// Takes over what was sealed.
    public init(
        id: SubmissionID, recipient: UserID, innerID: InnerID, expirySeconds: UInt32, flags: UInt16,
        acknowledgementHash: ProofHash, recallHash: ProofHash, recallSecret: ProofSecret, envelope: [UInt8],
        envelopeHash: Bytes16? = nil
    ) {
        self.envelopeHash = envelopeHash
        self.id = id
        self.recipient = recipient
        self.innerID = innerID
        self.expirySeconds = expirySeconds
        self.flags = flags
        self.acknowledgementHash = acknowledgementHash
        self.recallHash = recallHash
        self.recallSecret = recallSecret
        self.envelope = envelope
    }

    /// Takes over a sealed envelope.
    /// - Parameters:
    ///   - id: derived by the core protocol from recipient, expiry, flags, both hashes and envelope.
    ///   - recipient: whom it was sealed for.
    ///   - expirySeconds: when nodes drop it, in seconds since 1970.
    ///   - envelopeHash: the core protocol's hash of the envelope.
    public init(
        id: SubmissionID, sealed: SealedEnvelope, recipient: UserID, expirySeconds: UInt32, flags: UInt16 = 0,
        envelopeHash: Bytes16? = nil
    ) {
        self.init(
            id: id, recipient: recipient, innerID: sealed.innerID, expirySeconds: expirySeconds, flags: flags,
            acknowledgementHash: sealed.acknowledgementHash, recallHash: sealed.recallHash,
            recallSecret: sealed.recallSecret, envelope: sealed.bytes, envelopeHash: envelopeHash)
    }
}

extension IncomingMessage {
    /// Takes over what an opened envelope held.
    public init(_ opened: OpenedEnvelope) {
        self.init(
            sender: opened.sender, id: opened.innerID, sentAtMilliseconds: opened.sentAtMilliseconds, body: opened.body,
            secret: opened.acknowledgementSecret)
    }
}
