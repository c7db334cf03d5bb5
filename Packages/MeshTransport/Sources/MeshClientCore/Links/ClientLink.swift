import MeshCrypto
import MeshRing
import MeshWire

/// One link, or the dial for it.
struct ClientLink: Sendable {
    /// What a link is there for.
    enum Purpose: Equatable, Sendable {
        /// To ask a start address (by its index) for the roster.
        case start(Int)
        /// To receive on and submit; `ClientCore.home` names the one in use, others of this purpose are candidates.
        case home
        /// To fetch a former home empty.
        case drain
        /// To fetch another member empty.
        case sweep
        /// To submit what the home doesn't take.
        case relay
        /// To show one node of a recipient's set the secret for a recall.
        case recall
        /// To hear how another node sees the network, or to prove its record.
        case witness
    }

    /// How far a link is, and since when (milliseconds since 1970).
    enum Phase: Equatable, Sendable {
        case dialing(UInt64)
        /// The handshake is done, hello hasn't come.
        case greeting(UInt64)
        case open(UInt64)
    }

    let dial: Dial
    var purpose: Purpose
    var phase: Phase
    /// Endpoints of the node that are tried if this dial fails.
    var remaining: [Endpoint]

    /// Who has proven itself; before that who must.
    var node: NodeID?
    var parameters: NetworkParameters?
    var ownRecord: NodeRecord?
    var lastHeard: UInt64
    var pingedAt: UInt64?
    var freeFrames: Allowance
    /// For ephemeral and implausible messages, whose credit is free again at once.
    var unansweredDeliveries: Allowance

    /// What the peer's frames may carry, and what ours may.
    var window: ReceiveWindow
    var credit: UInt32 = 0
    var nextRequest: UInt32 = 1

    // Receiving.
    var fetches: [FetchProgress] = []
    /// What is asked once the fetch under way is answered.
    var nextFetch: Fetch.Mode?
    /// Everything that was queued when the link opened has been delivered.
    var hasCaughtUp = false
    /// On a link to another member: how far its queue is compared with the home's.
    var comparison: Comparison?
    /// Requests of a comparison that was given up: their answers mean nothing.
    var forgotten: Set<UInt32> = []
    /// On the home link: what was asked for by id, and for which link's comparison.
    var questions: [UInt32: ClientLinkID] = [:]
    /// When a fetch last went on.
    var fetchedAt: UInt64
    /// When a refused fetch is tried again, and how often it was refused.
    var fetchAgainAt: UInt64?
    var fetchRefusals = 0
    var delivered = 0
    /// Delivered and not answered by the app, with the credit that each takes.
    var withApp: [SubmissionID: UInt32] = [:]
    /// Acknowledged or discarded, and not confirmed.
    var awaitingRemoval: Set<SubmissionID> = []
    var removalRefusal: DeliveryStatus?
    var acknowledgements: [DisclosedSecret] = []
    var discards: [Discard] = []

    // Submitting: requests that haven't been answered. The sequence of those that were given up stays until then.
    var submits: [UInt32: UInt64] = [:]
    var submitsPausedUntil: UInt64 = 0
    /// How many in a row got no answer.
    var silences = 0
    /// Receipts that may still come for what was sent.
    private(set) var receiptsDue = 0
    var usedAt: UInt64

    // Rosters.
    var exchange: RosterExchange?
    var isExchangeForced = false
    var exchangeNotBefore: UInt64 = 0
    /// The peer's digest as it said last, and the one that its last exchange ended with.
    var peerDigest = Bytes16()
    var settledDigest: Bytes16?

    init(_ dial: Dial, purpose: Purpose, remaining: [Endpoint], now: UInt64) {
        self.dial = dial
        self.purpose = purpose
        self.remaining = remaining
        phase = .dialing(now)
        node = dial.node
        lastHeard = now
        fetchedAt = now
        usedAt = now
        freeFrames = Allowance(at: now)
        unansweredDeliveries = Allowance(at: now)
        // A guest is delivered nothing.
        window = ReceiveWindow(granted: dial.role == .user ? WireLimits.clientCredit : 0)
    }

    var id: ClientLinkID { dial.link }
    var isOpen: Bool { if case .open = phase { true } else { false } }

    var since: UInt64 {
        switch phase {
        case .dialing(let since), .greeting(let since), .open(let since): since
        }
    }

    /// Nothing is asked, with the app, or unconfirmed.
    var isSettled: Bool {
        fetches.allSatisfy(\.isAnswered) && nextFetch == nil && withApp.isEmpty && awaitingRemoval.isEmpty
            && questions.isEmpty && comparison?.isDone != false
    }

    /// What it was opened to fetch has come.
    var hasFetched: Bool { !fetches.isEmpty || comparison?.isDone == true }

    /// Something is expected from the peer, and nothing from the app.
    var waitsForPeer: Bool {
        guard withApp.isEmpty, !isSettled else { return false }
        guard let comparison, !comparison.isDone else { return true }
        return comparison.waitsForPeer || !awaitingRemoval.isEmpty
    }

    /// Each replica's word may come twice: before a retry, and after it.
    mutating func expectReceipts(of nodes: Int) {
        receiptsDue = min(receiptsDue + 2 * nodes, ClientLimits.receiptsDue)
    }

    /// - Returns: false if none was due.
    mutating func takeReceipt() -> Bool {
        guard receiptsDue > 0 else { return false }
        receiptsDue -= 1
        return true
    }

    /// This link has another purpose now.
    mutating func giveUpComparison() {
        if let request = comparison?.stage.request { forgotten.insert(request) }
        comparison = nil
    }

    mutating func request() -> UInt32 {
        defer { nextRequest &+= 1 }
        return nextRequest
    }
}

/// One fetch on a link.
struct FetchProgress: Sendable {
    let request: UInt32
    let mode: Fetch.Mode
    var isAnswered = false
}

/// Why a link ended.
enum LinkEnd: Sendable {
    /// The dial failed.
    case dial(DialFailure)
    /// It broke.
    case loss(LinkLoss)
    /// The peer said goodbye.
    case goodbye(Goodbye)
    /// The peer broke the protocol.
    case fault(ClientFault)
    /// The peer gave no sign of life.
    case dead
    /// The peer refuses to deliver.
    case refused(DeliveryStatus)
    /// A start address shows another node than before, which nobody vouches for.
    case untrusted(NodeID)
    /// We need it no longer.
    case done
}

extension LinkEnd: CustomStringConvertible {
    var description: String {
        switch self {
        case .dial(let failure): "\(failure)"
        case .loss(let loss): "\(loss)"
        case .goodbye(let goodbye) where goodbye.detail.isEmpty: "\(goodbye.reason)"
        case .goodbye(let goodbye): "\(goodbye.reason) (\(goodbye.detail))"
        case .fault(let fault): "\(fault)"
        case .dead: "no sign of life"
        case .refused(let status): "it refused to deliver: \(status)"
        case .untrusted(let node): "another node than before answers there: \(node)"
        case .done: "done"
        }
    }
}
