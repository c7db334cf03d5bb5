import MeshCrypto

/// What every kind of membership here shares: the roster, links, belief by proof, dials, exchange of records. It
/// doesn't judge whether a member is alive: that is the business of the core around it, which it tells in ``notes``
/// what it ought to judge anew.
///
/// Reach and prove: a record counts once this node itself dialled its placement address and the record's key answered
/// there (by the link's handshake). Until then it is a ``Candidate`` and is told to nobody.
struct Overlay: Sendable {
    let identity: NodeIdentity
    let parameters: NetworkParameters
    let network: NetworkID
    let style: OverlayStyle
    /// Whether a record is signed by its node.
    var verifier: @Sendable (NodeRecord) -> Bool = { $0.isSigned }

    var description: NodeDescription
    var own: NodeRecord
    var roster: Roster
    var links: LinkTable
    var candidates: CandidateTable
    var dials = DialBook()
    var proofs = ProofQueue()
    var redials: NodeMap<Redial>
    var introducerCredit = CreditTable<NodeID?>(
        capacity: MembershipLimits.introducerCredit, regainMilliseconds: MembershipLimits.introducerRegain)
    var targetCredit = CreditTable<DialTarget>(
        capacity: MembershipLimits.targetCredit, regainMilliseconds: MembershipLimits.targetRegain)
    var startAddresses: [StartAddress]
    /// Start addresses where nobody has answered since the start.
    var unanswered: Set<StartAddress>
    var startFailures = 0
    var exchange: ExchangeState
    var splitViews: SplitViewDetector
    var timers = Timers<OverlayTimer>()
    var random: SeededGenerator
    var counters = MembershipCounters()
    var hasDeparted = false
    var lastRaise: UInt64 = 0
    var pendingRaise: UInt64?

    /// Collected while one event is handled.
    var actions: [MembershipAction] = []
    var notes: [OverlayNote] = []
    var touched: [(node: NodeID, before: NodeState?)] = []
    var toldDigest: Bytes16
    var latest: UInt64

    /// How a member is dialled again.
    struct Redial {
        var failures = 0
        var turn = 0
        var lastDial: UInt64 = 0
    }

    /// What the credit for failed dials counts on: an address, in a laboratory an endpoint.
    enum DialTarget: Hashable {
        case address(PlacementKey)
        case endpoint(Endpoint)
    }
}

/// How a core wants its overlay to talk.
struct OverlayStyle: Sendable {
    /// To how many peers a changed digest is told; nil for all.
    var digestFanout: Int?
    /// How long a peer's digest counts; nil for as long as the link stands.
    var digestLifetime: UInt64?
    /// How long a difference may stand before it is looked into.
    var exchangeDelay: UInt64 = 0
    /// After the first whole roster, differences are found by the core itself (``OverlayNote/differs(_:)``).
    var comparesItself = false
    /// A core broken on purpose: no dial before belief.
    var believesUnproven = false
}

/// What is due when.
enum OverlayTimer: Hashable, Sendable {
    /// Dial a member again, or prove it anew.
    case member(NodeID)
    /// Dial a candidate.
    case candidate(NodeID)
    case start
    case exchange
    case tellDigest
    case raise
    case persist
    case housekeeping
}

/// What the core around has to judge.
enum OverlayNote: Equatable, Sendable {
    /// A record is believed now: of a new member, of one that has another place, or of one that came back.
    case believed(NodeID)
    /// A member's record has been replaced by a newer one at the same address.
    case renewed(NodeID)
    /// A member said that it goes.
    case left(NodeID)
    /// The first link to a node, or the last one's end.
    case linked(NodeID)
    case unlinked(NodeID)
    /// A member has answered at its placement address, or hasn't for too long.
    case proven(NodeID)
    case proofExpired(NodeID)
    /// A dial to a member failed.
    case unreachable(NodeID)
    /// A member isn't one any more.
    case removed(NodeID)
    /// What a peer thinks of a member.
    case hearsay(NodeID, NodeState, from: NodeID?)
    /// A peer's digest has differed for a while.
    case differs(NodeID)
}

extension Overlay {
    init(
        _ configuration: MembershipConfiguration, style: OverlayStyle, now: UInt64
    ) throws(MembershipError) {
        let network = configuration.parameters.id
        if let stored = configuration.stored, stored.parameters != configuration.parameters {
            throw .foreignRoster(got: stored.parameters.id, allowed: network)
        }
        identity = configuration.identity
        parameters = configuration.parameters
        self.network = network
        self.style = style
        description = configuration.description
        let incarnation = configuration.stored?[identity.id].map { $0.record.incarnation } ?? 0
        own = try Self.sign(
            configuration, network: network, incarnation: incarnation == .max ? incarnation : incarnation + 1)
        roster = Self.recovered(configuration.stored ?? Roster(parameters: parameters), now)
        roster.put(Roster.Member(own, state: .alive, stateSinceMilliseconds: now))
        roster.settle()
        toldDigest = roster.digest
        splitViews = SplitViewDetector(own: roster.digest, now: now)
        let key = configuration.mapKey
        links = LinkTable(key: key)
        redials = NodeMap(key: key)
        exchange = ExchangeState(key: key)
        exchange.hasAskedForAll = roster.members.count > 1
        candidates = CandidateTable(laboratory: parameters.laboratory)
        startAddresses = configuration.startAddresses
        unanswered = Set(startAddresses)
        random = SeededGenerator(seed: configuration.seed)
        latest = now
    }

    private static func sign(
        _ configuration: MembershipConfiguration, network: NetworkID, incarnation: UInt64
    ) throws(MembershipError) -> NodeRecord {
        let record: NodeRecord
        do {
            record = try NodeRecord(
                configuration.description, network: network, incarnation: incarnation, signedBy: configuration.identity)
        } catch { throw .record(error) }
        do { try record.checkForm(in: configuration.parameters, network: network) } catch { throw .refused(error) }
        return record
    }

    /// Nobody is there until it answers; who was down before has been so all along.
    private static func recovered(_ stored: Roster, _ now: UInt64) -> Roster {
        var roster = stored
        for var member in stored.members where member.state.isPlaced {
            member.state = .down
            member.stateSinceMilliseconds = now
            roster.put(member)
        }
        return roster
    }
}

// Handling one event: `begin`, whatever happens, `finish`.
extension Overlay {
    /// The time to go by: it never runs backwards.
    mutating func begin(_ now: UInt64) -> UInt64 {
        latest = max(latest, now)
        return latest
    }

    /// What has to be done, with what changed in the roster at the end.
    mutating func finish(_ now: UInt64) -> [MembershipAction] {
        report()
        roster.settle()
        if roster.digest != toldDigest {
            toldDigest = roster.digest
            _ = splitViews.setOwn(roster.digest, now: now)
            actions.append(.rosterChanged)
            timers.setEarlier(.tellDigest, at: now + MembershipLimits.digestDelay)
        }
        if hasDeparted { actions += [.persist(roster), .departed] }
        defer { actions = [] }
        return actions
    }

    private mutating func report() {
        guard !touched.isEmpty else { return }
        var seen: Set<NodeID> = []
        for (node, before) in touched where seen.insert(node).inserted {
            let after = roster[node]?.state
            if before != after { actions.append(.memberChanged(node, from: before, to: after)) }
        }
        touched = []
    }

    func isMember(_ node: NodeID) -> Bool { roster[node] != nil }

    /// Whether no other member is there.
    var isAlone: Bool {
        !roster.members.contains { $0.state.isPlaced && $0.node != own.node }
    }

    /// Puts a member and remembers what has to be told and stored.
    mutating func put(_ member: Roster.Member, _ now: UInt64) {
        touched.append((member.node, roster[member.node]?.state))
        roster.put(member)
        timers.setEarlier(.persist, at: now + MembershipLimits.persistDelay)
    }

    mutating func remove(_ node: NodeID, _ now: UInt64) {
        guard let member = roster.remove(node) else { return }
        touched.append((node, member.state))
        redials[node] = nil
        timers.cancel(.member(node))
        _ = splitViews.forget(node)
        timers.setEarlier(.persist, at: now + MembershipLimits.persistDelay)
        notes.append(.removed(node))
    }

    /// What the core around decided about a member.
    mutating func setState(_ node: NodeID, _ state: NodeState, _ now: UInt64) {
        guard var member = roster[node], member.state != state else { return }
        member.state = state
        member.stateSinceMilliseconds = now
        put(member, now)
        if state == .down, !links.isLinked(node) { scheduleMember(node, now) }
    }
}
