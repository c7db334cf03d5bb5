import MeshCrypto
import MeshWire

/// Who waits for the end of a submission.
struct Origin: Sendable {
    enum Kind: Sendable {
        /// It gets a `submitted`.
        case client
        /// A node that forwarded it; it gets a `forwarded`.
        case forwarder
        /// A member of the set that wants a copy kept here; it gets a `replicated`.
        case coordinator
        /// This node keeps its own copy of what it also sends to other members; `request` names the replication.
        case own
    }

    let kind: Kind
    /// The link over which it came.
    let link: LinkID
    let request: UInt64
    /// What the frame has cost, given back when it is dealt with.
    let meteredBytes: UInt32
    /// Whether it wants the members' receipts.
    let wantsReceipts: Bool

    /// This node's own copy, under a replication's number.
    func ownCopy(of replication: UInt64) -> Origin {
        Origin(kind: .own, link: link, request: replication, meteredBytes: 0, wantsReceipts: wantsReceipts)
    }
}

/// A message that the store has been asked to keep.
struct PendingAppend: Sendable {
    let origin: Origin
    let id: SubmissionID
    let recipient: UserID
    let bytes: Int
    /// The client's link on which it counts as arriving: it was not sent there before the answer.
    var arrivingAt: LinkID?
    /// Whether the recipient was sent it before it was stored.
    let wasSent: Bool
}

/// A message that another member of the recipient's set has been asked to take.
struct PendingForward: Sendable {
    let origin: Origin
    let id: SubmissionID
    let submission: Submission
    /// Members that have been asked, the last of them now.
    let asked: [NodeID]
    /// The link on which it was sent or waits for credit.
    let link: LinkID
    /// The last refusal that another member might not repeat.
    let lastRefusal: DeliveryStatus?
}

/// A removal that the store has been asked for.
struct PendingRemoval: Sendable {
    enum Source: Sendable {
        /// The recipient, over its link; it gets a `removed`.
        case owner(LinkID)
        /// Another member; it gets a `removeDone`.
        case member(LinkID, NodeID, request: UInt64)
        /// The sender; it gets a `recalled` and a receipt.
        case sender(LinkID, request: UInt32)
    }

    let source: Source
    let recipient: UserID
    let id: SubmissionID
    let proof: RemovalProof

    /// Whether the recipient asked for it over this link.
    func isOver(_ link: LinkID) -> Bool {
        if case .owner(link) = source { true } else { false }
    }
}

/// What waits for credit on a link between nodes, in order.
enum WaitingFrame: Sendable {
    case forward(UInt64)
    /// With the message itself: its sender may have been answered before its turn comes.
    case replicate(UInt64, Submission)
}
