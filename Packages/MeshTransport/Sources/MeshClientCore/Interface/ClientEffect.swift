public import MeshCrypto
public import MeshRing
public import MeshWire

/// What goes out of the core: the shell performs the effects in order.
public enum ClientEffect: Equatable, Sendable {
    /// Open a link. Answer with `linkOpened` or `dialFailed`; the core gives up by itself after
    /// ``ClientLimits/dialMilliseconds`` (it then says `close`).
    case dial(Dial)
    /// Send a frame on an open link. Frames of one `handle` call should travel together.
    case send(ClientLinkID, Frame)
    /// Close a link, or abandon its dial. With a goodbye: send it first, behind everything sent so far. The core
    /// forgets the link; events of it are ignored from now on.
    case close(ClientLinkID, Goodbye?)
    /// Keep this, replacing what was kept; written atomically. At most once a `handle` call.
    case persist(ClientState)
    /// A message for the user. Unless ephemeral, answer with ``ClientEvent/answers(_:)``: until then it uses up credit.
    case deliver(Delivery)
    /// The one answer to a submission.
    case submitted(SubmitToken, Result<SubmitAcceptance, SubmitFailure>)
    /// The one answer to a recall.
    case recalled(RecallToken, RecallReport)
    /// Another member has proven that it holds a message that was accepted before: its verified receipt, narrowed to this
    /// message. Comes within ``ClientLimits/lateReceiptMilliseconds`` of the acceptance, or not at all.
    case custody(SubmissionID, CustodyReceipt)
    /// Mode `.once`: everything reachable is fetched, answered by the app, and its removal confirmed. Comes once. The
    /// client then keeps a link for submissions until `stop`.
    case fetchedAll(FetchReport)
    /// The roster that was asked for.
    case roster(ClientRoster)
    /// Something that people or logs should know.
    case notice(ClientNotice)
    /// The core does nothing any more. Only submissions are still answered, each with a failure.
    case ended(ClientEnd)
}

/// A link to be opened.
public struct Dial: Hashable, Sendable {
    /// The name of this attempt and of the link.
    public let link: ClientLinkID
    /// What to dial.
    public let target: DialTarget
    /// The node that must prove itself there. Nil only for start addresses without an id, and then with role `.guest`.
    public let node: NodeID?
    /// The network that it must be; nil as long as the client knows none.
    public let network: NetworkID?
    /// As whom.
    public let role: LinkRole
}

/// What is dialled.
public enum DialTarget: Hashable, Sendable {
    /// An address.
    case endpoint(Endpoint)
    /// A name: all its addresses are tried.
    case name(String, port: UInt16)
}

extension DialTarget: CustomStringConvertible {
    /// `HOST:PORT`.
    public var description: String {
        switch self {
        case .endpoint(let endpoint): endpoint.description
        case .name(let host, let port): "\(host):\(port)"
        }
    }
}

/// As whom a link is opened.
public enum LinkRole: Hashable, Sendable {
    /// With the user's identity: receives.
    case user
    /// With a throwaway key: asks for rosters and submits.
    case guest
}

/// A message that a node delivered.
public struct Delivery: Equatable, Sendable {
    /// Its id, computed here.
    public let id: SubmissionID
    /// The message; its recipient is this user, its expiry plausible.
    public let submission: Submission
    /// Which node delivered it.
    public let node: NodeID
    /// Whether it is stored nowhere and must not be answered.
    public let isEphemeral: Bool
}

/// The roster as the client sees it.
public struct ClientRoster: Equatable, Sendable {
    /// All nodes with the last known states; nil when the client knows no network yet.
    public let roster: Roster?
    /// This user's set, the residence first.
    public let members: [NodeID]
    /// The node that the client is connected to for receiving and submitting.
    public let connected: NodeID?
    /// Whether a node has confirmed it on this request.
    public let isFresh: Bool
    /// Nodes that have said lately what their rosters' digests are, by node id.
    public let asked: [NodeID]
    /// Those whose digest is another one for now: after a change of the network they are for some seconds.
    public let differing: [NodeID]
    /// Those who hold another view and go on doing so.
    public let splitViews: [ClientSplitView]

    /// Takes the parts as they are.
    public init(
        roster: Roster?, members: [NodeID], connected: NodeID?, isFresh: Bool, asked: [NodeID] = [],
        differing: [NodeID] = [], splitViews: [ClientSplitView] = []
    ) {
        self.roster = roster
        self.members = members
        self.connected = connected
        self.isFresh = isFresh
        self.asked = asked
        self.differing = differing
        self.splitViews = splitViews
    }
}

/// Why the core has ended.
public enum ClientEnd: Hashable, Sendable {
    /// On `stop`.
    case stopped
    /// A newer receiving link of the same identity took over, at this node.
    case replaced(by: NodeID)
}

extension ClientEnd: CustomStringConvertible {
    /// What happened.
    public var description: String {
        switch self {
        case .stopped: "stopped"
        case .replaced(let node): "another client of this identity has connected to \(node) and receives now"
        }
    }
}
