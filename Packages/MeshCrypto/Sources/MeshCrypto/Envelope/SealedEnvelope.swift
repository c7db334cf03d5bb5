/// A finished envelope and what its sender has to know about it.
public struct SealedEnvelope: Sendable {
    /// The envelope, of one of ``Envelope/sizes``. A retry sends these same bytes.
    public let bytes: [UInt8]
    /// The message's id inside; a new encryption of the same message keeps it.
    public let innerID: InnerID
    /// Travels beside the envelope: what the recipient's acknowledgement has to fit.
    public let acknowledgementHash: ProofHash
    /// Travels beside the envelope: what the sender's recall has to fit.
    public let recallHash: ProofHash
    /// Stays with the sender: takes the message back.
    public let recallSecret: ProofSecret
    /// Stands inside the seal; returned by the recipient, it convinces the sender that the message was opened.
    public let acknowledgementSecret: ProofSecret
}

/// What a recipient finds in an envelope, all of it proven to be the sender's words to this recipient.
public struct OpenedEnvelope: Sendable {
    /// Who signed the message.
    public let sender: UserID
    /// The message's id, the same however often it was sealed: show each (sender, id) once.
    public let innerID: InnerID
    /// When the sender says it was sent: milliseconds since 1970. A claim, to be shown as such.
    public let sentAtMilliseconds: UInt64
    /// The message.
    public let body: [UInt8]
    /// Reveal it to have the message removed from its queue, after the own durable write.
    public let acknowledgementSecret: ProofSecret
}

extension OpenedEnvelope: Redacted {
    var redactedDescription: String { "<message \(innerID) of \(body.count) bytes from \(sender)>" }
}
