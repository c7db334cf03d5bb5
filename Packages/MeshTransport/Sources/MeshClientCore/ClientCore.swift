import MeshCrypto
import MeshRing
import MeshWire

/// The core client as a value: events in, effects out, with the time and a seed. It does no I/O.
///
/// What it does, in the order in which a new client meets it:
///
/// 1. **Finding the network.** Without a roster it asks up to three start addresses at once, as a guest, for theirs, and
///    then others, picked by itself. Each exchange is merged whole or not at all. See «Which records count».
/// 2. **Finding the residence.** The user's set is computed from the roster (`UserSet`). The residence is dialled at its
///    own endpoints and must prove its id; if it stays silent for ``ClientLimits/staggerMilliseconds`` or fails, the
///    next member is, then up to ``ClientLimits/strangers`` others (for submitting only), then start addresses.
///    A better candidate that answers later takes over: the old link is fetched empty and closed.
/// 3. **Receiving.** On the home link it follows its queue. In a sweep, at the start, after each change of the set, and
///    every ten minutes, it compares what the other members list with what the home has delivered: that one is asked for
///    the rest by id, and what it doesn't give is fetched from the member that has it, and reported. From former members,
///    and where there is no home to compare with, everything is fetched.
/// 4. **Submitting.** In order, as the home link's credit allows. Answers with a temporary refusal go through another
///    node. What was sent on a link that is lost goes out again with the same bytes. An acceptance counts with the
///    signed receipts of enough members of the recipient's set, by the client's own roster; without them it is the
///    answering node's word alone, and another node is asked.
///
/// **Whose word counts on states.** A record is its node's own; only the higher incarnation replaces it. Whether a node
/// is alive, suspect or down is taken from the home link's node, whose place in the network is the same as ours; while
/// there is no home, the better of what was heard since the start. Others' views add only unknown nodes and newer
/// records. The client's own observation (a failed dial, a link that broke) never changes the roster, and so not the
/// digest: it makes the node be passed over for a pause with backoff (``TroubledNodes``). A page of a view that stays
/// different after it was merged isn't asked for again before it changes.
///
/// **Which records count.** Network and signature must fit. A record of a node that isn't in the roster, or of one that
/// has another address, counts when three asked nodes of distinct prefixes vouch for it (``RecordVotes``), one of them
/// known from the stored roster or a second start address, or when the node answered this client at its placement
/// address. Records that would change the user's set are dialled at once; for others votes are collected.
///
/// **Split views.** Other nodes than the home's, picked at random, are asked for their digests (``RosterWatch``). Who goes
/// on naming another one, or goes on computing another set for the user or somebody who was written to, is named in a
/// notice.
///
/// **Faults.** A node that breaks the protocol loses this link, is named in a notice, and is passed over for a while.
/// An exchange, a migration or a fetch that fails changes nothing.
public struct ClientCore: Sendable {
    enum Phase: Equatable, Sendable {
        case idle
        case running
        case ended(ClientEnd)
    }

    let configuration: ClientConfiguration
    var phase = Phase.idle
    var clock: UInt64 = 0
    var startedAt: UInt64 = 0
    var random: SplitMix64
    var out: [ClientEffect] = []
    /// What plans wait for, found anew in each call.
    var wakeAt = UInt64.max

    // What is kept, and what follows from it.
    var state: ClientState
    var stateIsDirty = false
    var ring: Ring?
    /// The ring of all that haven't left; nil where nobody is down.
    var ringWithDown: Ring?
    var set = UserSet()
    var digest = Bytes16()

    // Links: the home is the open link to receive on and submit.
    var links: [ClientLink] = []
    var nextLink: UInt64 = 1
    var home: ClientLinkID?
    var homeHold: UInt64 = 0
    var troubled = TroubledNodes()
    var strangers = Trouble()
    var starts: [StartProgress]
    var startsAreWanted = false

    // Receiving.
    var deliveries = DeliveryTable()
    var sweep: Sweep?
    var sweepAt: UInt64 = 0
    var hasReported = false
    /// What had to be fetched from others than the home, until the app has said whether it is new.
    var suspicions: [SubmissionID: Suspicion] = [:]
    /// When the user's set changed last: messages are on their way from node to node then.
    var setChangedAt: UInt64 = 0

    // Submitting.
    var submits = SubmitTable()
    var recent = RecentAcceptances()
    var retryAt = UInt64.max
    var recalls: [PendingRecall] = []

    // Others' views.
    var votes = RecordVotes()
    var survey: Survey?
    var watch = RosterWatch()
    var proofs = ProofPlan()
    /// Nodes that are known from somewhere else than the first start address that answered.
    var anchors: Set<NodeID> = []
    let hadRoster: Bool
    var firstStart: Int?
    /// Whom the user has written to since the start, the latest last.
    var recipients: [UserID] = []

    /// Somebody waits for the roster.
    var rosterWish: RosterWish?

    /// A client that hasn't started.
    /// - Parameter seed: for the jitter; the same seed and events give the same effects.
    public init(
        configuration: ClientConfiguration, state: ClientState? = nil, seed: UInt64
    ) throws(ClientConfigurationError) {
        self.configuration = configuration
        self.state = state ?? ClientState()
        random = SplitMix64(seed: seed)
        hadRoster = state?.roster?.members.isEmpty == false
        anchors = Set(state?.roster?.members.map(\.node) ?? [])
        starts = Array(repeating: StartProgress(), count: configuration.startAddresses.count)
        if let expected = configuration.network?.id, let stored = self.state.roster?.parameters.id, stored != expected {
            throw .stateOfAnotherNetwork(stored: stored, expected: expected)
        }
    }

    /// Takes one event and appends what follows from it.
    /// - Parameter now: milliseconds since 1970; a clock that goes back is held still.
    public mutating func handle(_ event: ClientEvent, now: UInt64, into effects: inout [ClientEffect]) {
        clock = max(clock, now)
        take(event)
        if phase == .running {
            wakeAt = .max
            expire()
            plan()
            flush()
            persistIfDirty()
        }
        effects += out
        out.removeAll(keepingCapacity: true)
    }

    /// When the next `tick` is wanted (milliseconds since 1970); nil while only other events matter.
    public var nextDeadline: UInt64? {
        guard phase == .running else { return nil }
        var deadline = min(wakeAt, submits.checkAt)
        for link in links { deadline = min(deadline, linkDeadline(link)) }
        if let wish = rosterWish { deadline = min(deadline, wish.until) }
        return deadline == .max ? nil : deadline
    }

    /// The roster, the user's set and the connection as they are now.
    public var rosterView: ClientRoster { rosterView(isFresh: false) }
}

extension ClientCore {
    /// Asks to be woken.
    mutating func wake(at time: UInt64) { wakeAt = min(wakeAt, time) }

    mutating func notice(_ notice: ClientNotice) { out.append(.notice(notice)) }

    mutating func persistIfDirty() {
        // Half a survey is no roster.
        guard stateIsDirty, survey == nil else { return }
        stateIsDirty = false
        out.append(.persist(state))
    }

    /// How long ago something was; 0 for what lies ahead.
    func age(of time: UInt64) -> UInt64 { clock - min(clock, time) }

    func index(of link: ClientLinkID) -> Int? { links.firstIndex { $0.id == link } }

    /// The link with the user's own identity to a node, whatever it is there for. There is never a second one: the node
    /// would take it as a newer client and end the first.
    func userLink(to node: NodeID) -> ClientLink? { links.first { $0.node == node && $0.dial.role == .user } }

    var homeLink: ClientLink? { home.flatMap { index(of: $0) }.map { links[$0] } }

    /// The network that links must belong to, as far as it is known.
    var expectedNetwork: NetworkID? { (state.roster?.parameters ?? configuration.network)?.id }

    func rosterView(isFresh: Bool) -> ClientRoster {
        ClientRoster(
            roster: state.roster, members: set.members, connected: homeLink?.node, isFresh: isFresh,
            asked: watch.heard.keys.sorted(), differing: watch.differing, splitViews: watch.reported)
    }
}
