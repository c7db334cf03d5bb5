public import MeshChat
public import MeshCrypto

/// What became of one message that was taken in.
public enum ReceivedResult: Hashable, Sendable {
    /// Recorded; shown now, or once what is missing before it has come or was waited for.
    case recorded
    /// A receipt, which has taken its effect.
    case receipt
    /// The sender is writing.
    case typing(sentAtMilliseconds: UInt64)
    /// Nothing happened.
    case ignored(IgnoredReason)
}

/// What changed. All of it is on stable storage.
public struct ChatChanges: Hashable, Sendable {
    /// What is shown now, in the order in which to show it.
    public internal(set) var shown: [HistoryEntry] = []
    /// Own messages that have moved on.
    public internal(set) var progress: [MessageProgress] = []
    /// Who wants to be shown differently.
    public internal(set) var profiles: [UserID] = []
    /// How many messages (receipts) were put into the outbox.
    public internal(set) var queued = 0
    /// When ``ChatStore/tick(now:seal:)`` has something to do at the latest, in milliseconds since 1970; nil if never.
    public internal(set) var deadline: UInt64?
}

/// What became of messages that were taken in.
public struct ReceiveOutcome: Hashable, Sendable {
    /// One result a message, in their order.
    public internal(set) var results: [ReceivedResult] = []
    /// What changed by them.
    public internal(set) var changes = ChatChanges()
}

/// What has to be sealed: a body for one recipient.
public struct ChatDraft: Hashable, Sendable {
    /// Whom it is for.
    public let recipient: UserID
    /// The envelope's body.
    public let body: [UInt8]
}

/// Seals a draft and describes the submission. Called within a transaction: it computes, and waits for nothing.
public typealias Sealer = (ChatDraft) throws -> OutgoingSubmission

/// A message that was put into the outbox.
public struct SentMessage: Hashable, Sendable {
    /// The message's id.
    public let id: InnerID
    /// How it is shown; nil for a profile, which isn't.
    public let entry: HistoryEntry?
    /// Its place in the outbox.
    public let item: OutboxItem
}

/// What is needed to call a message back.
public struct Recall: Hashable, Sendable {
    /// The submission.
    public let id: SubmissionID
    /// Whom it is for.
    public let recipient: UserID
    /// Shown to the nodes that hold it.
    public let secret: ProofSecret
    /// When nodes drop it, in seconds since 1970.
    public let expirySeconds: UInt32
    /// The submission's flags.
    public let flags: UInt16
    /// The submission's other hash.
    public let acknowledgementHash: ProofHash
    /// The core protocol's hash of the envelope; nil where an older version sent it, which didn't keep it. The nodes want
    /// to see it with the secret.
    public let envelopeHash: Bytes16?
}
