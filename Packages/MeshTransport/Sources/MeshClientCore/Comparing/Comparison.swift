import MeshCrypto

/// How far a member's queue is compared with what the home delivers (DESIGN §7.9), page by page of its list.
struct Comparison: Sendable {
    enum Stage: Sendable {
        /// The home hasn't delivered all it had yet.
        case waiting
        /// A page of the member's list is asked for.
        case listing(request: UInt32)
        /// The home is to be asked for what it has not delivered: at this time, when it has room.
        case pausing(until: UInt64)
        /// The home is asked.
        case asking(ClientLinkID, request: UInt32)
        /// The member is asked what it has of the home's receipts for what the home doesn't give.
        case inquiring(request: UInt32)
        /// The member is to be asked for the messages themselves, when this link has room.
        case taking(request: UInt32?)
        case done

        /// What the peer of this link owes an answer to.
        var request: UInt32? {
            switch self {
            case .listing(let request), .inquiring(let request): request
            case .taking(let request): request
            case .waiting, .pausing, .asking, .done: nil
            }
        }
    }

    var stage = Stage.waiting
    /// The last place of the page before, and whether more follows.
    var after: UInt64 = 0
    var hasMore = true
    var pages = 0
    /// What the member lists, and nobody has delivered.
    var open: Set<SubmissionID> = []
    /// How many that were when somebody was asked for them last.
    var asked = 0
    /// How often the home has said that it has none of them.
    var denials = 0
    /// The home has been found lacking: it is asked once a page from then on.
    var isHomeBehind = false
    /// Who didn't give what is open; nil if nobody could be asked.
    var accused: NodeID?

    var isDone: Bool { if case .done = stage { true } else { false } }

    /// Whether the peer of this link owes an answer.
    var waitsForPeer: Bool { stage.request != nil }
}

/// A message that had to be fetched from another member than the one that should have delivered it.
struct Suspicion: Sendable {
    /// Who should have.
    let node: NodeID
    /// Who did.
    let giver: NodeID
    /// The proof that it had the message, if another member kept that.
    var receipt: CustodyReceipt?
}
