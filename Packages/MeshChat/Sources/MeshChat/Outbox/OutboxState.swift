public import MeshCrypto

/// Where a submission is.
public enum OutboxState: Hashable, Sendable {
    /// To be submitted, not before this time (milliseconds since 1970; 0 for at once), after so many tries that failed.
    case queued(notBefore: UInt64, failures: UInt32)
    /// Given to the link at this time (milliseconds since 1970), after so many tries that failed; not answered yet.
    case submitted(at: UInt64, failures: UInt32)
    /// On stable storage of the recipient's nodes.
    case accepted(Custody)
    /// Given up.
    case failed(OutboxFailure)

    /// Whether the outbox has done with it.
    public var isFinal: Bool {
        switch self {
        case .queued, .submitted: false
        case .accepted, .failed: true
        }
    }

    var failures: UInt32 {
        switch self {
        case .queued(_, let failures), .submitted(_, let failures): failures
        case .accepted, .failed: 0
        }
    }
}

/// Who holds a message, by the receipts: `held` of `replicas` nodes.
public struct Custody: Hashable, Sendable, CustomStringConvertible {
    /// How many nodes proved that they hold it.
    public let held: UInt8
    /// How many nodes are to hold it.
    public let replicas: UInt8

    /// Counts nodes.
    public init(held: UInt8, replicas: UInt8) {
        self.held = held
        self.replicas = replicas
    }

    /// `held by 2 of 3`.
    public var description: String { "held by \(held) of \(replicas)" }
}

/// Why the outbox gave a submission up.
public enum OutboxFailure: Hashable, Sendable {
    /// Its time ran out before a node accepted it.
    case expired
    /// A node refused it for good: the code of the core protocol, and its words.
    case refused(code: UInt16, reason: String)
}

extension OutboxFailure: CustomStringConvertible {
    /// What happened.
    public var description: String {
        switch self {
        case .expired: "no node accepted it before its time ran out; send it again"
        case .refused(let code, let reason): "refused: \(reason) (code \(code))"
        }
    }
}

/// A submission in the outbox, without its bytes.
public struct OutboxItem: Hashable, Sendable {
    /// Its place among all that was put into the outbox; grows.
    public let sequence: UInt64
    /// The submission's id.
    public let id: SubmissionID
    /// Whom it is for.
    public let recipient: UserID
    /// The id inside the envelope.
    public let innerID: InnerID
    /// When nodes drop it, in seconds since 1970.
    public let expirySeconds: UInt32
    /// Where it is.
    public internal(set) var state: OutboxState

    /// Describes a submission that was put into the outbox at this place.
    public init(
        sequence: UInt64, id: SubmissionID, recipient: UserID, innerID: InnerID, expirySeconds: UInt32,
        state: OutboxState = .queued(notBefore: 0, failures: 0)
    ) {
        self.sequence = sequence
        self.id = id
        self.recipient = recipient
        self.innerID = innerID
        self.expirySeconds = expirySeconds
        self.state = state
    }
}
