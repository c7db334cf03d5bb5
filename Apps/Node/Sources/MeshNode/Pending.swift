import MeshCrypto
import MeshWire

/// Who waits for the end of a submission.
enum Origin: Sendable {
    /// A client; it gets a `submitted`.
    case client(LinkID, request: UInt32, metered: UInt32)
    /// A node that forwarded it; it gets a `forwarded`.
    case node(LinkID, request: UInt64, metered: UInt32)

    var link: LinkID {
        switch self {
        case .client(let link, _, _), .node(let link, _, _): link
        }
    }

    var meteredBytes: UInt32 {
        switch self {
        case .client(_, _, let metered), .node(_, _, let metered): metered
        }
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
}

/// A message that another member of the recipient's set has been asked to keep.
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
