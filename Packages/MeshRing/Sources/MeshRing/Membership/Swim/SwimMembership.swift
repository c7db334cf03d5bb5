import MeshCrypto

/// Membership by SWIM (Das, Gupta, Motivala 2002) with Lifeguard (Dadgar et al. 2018), on a complete overlay of links.
///
/// Each node probes one member after the other over the standing link. Who doesn't answer is probed through others; who
/// doesn't answer them either is suspect, keeps its place for a while, and is down if nothing is heard of it. What is
/// taken from the papers: random rotation, indirect probes, suspicion before removal, hints spread by gossip and riding
/// on probes; local health, negative acknowledgements, suspicion time that shrinks with confirmations, telling the
/// suspect. Where it departs from them:
///
/// - **Nobody's word removes anybody.** The papers gossip «suspect» and «dead» and each node takes them over. Here a hint
///   makes each node look for itself, and a node counts as down only where the own probe failed in two rounds *and*
///   relays from ``SwimLimits/confirmations`` distinct prefixes (or as many as there are), none of them suspect, said
///   over their own links that they got no answer, asked or by themselves. A minority in one prefix is one voice.
/// - **Nobody's word keeps anybody alive.** A relay shows the target's signature over a nonce of who asked.
/// - **A round asks three times** before it has failed: at once, before a hint, and while relays ask. One lost message
///   then costs two more and bothers nobody else; and whether a slow node is found silent doesn't hang on a single one.
/// - **Refutation** is an answer, direct or signed; or a record with a higher incarnation, which a node signs only when
///   accused by as many distinct prefixes, since incarnations are in the digest that all have to agree on.
/// - **Hints are passed on after an own look** of ``SwimLimits/hintAfter``, so that a liar's hint ends with who hears it.
/// - Joining is not gossip: records are proven by dialling (``Overlay``), differences found by digests on every probe.
public struct SwimMembership: MembershipCore {
    var overlay: Overlay
    var faults: SwimFaults = []
    var timers = Timers<SwimTimer>()
    var rotation = ProbeRotation()
    var health = LocalHealth()
    var rounds: NodeMap<ProbeRound>
    var roundTargets: [UInt32: NodeID] = [:]
    var suspicions: NodeMap<Suspicion>
    var hints = HintBook()
    var hintCredit = CreditTable<NodeID>(
        capacity: SwimLimits.hintCredit, regainMilliseconds: SwimLimits.hintRegain)
    var hinters: NodeMap<NodeID>
    var relays: [UInt32: Relay] = [:]
    var relayCounts: NodeMap<Int>
    var signatureCredit = CreditTable<NodeID>(
        capacity: SwimLimits.signatureCredit, regainMilliseconds: SwimLimits.signatureRegain)
    var accusers: [Witness: UInt64] = [:]
    var lastRefutation: UInt64 = 0
    var refutationWait = SwimLimits.refutationInterval
    var lastSweep: UInt64 = 0
    var sequence: UInt32 = 0
    let nonceKey: Bytes32

    /// Starts with what was stored, if anything.
    public init(_ configuration: MembershipConfiguration, now: UInt64) throws(MembershipError) {
        try self.init(configuration, faults: [], now: now)
    }

    init(
        _ configuration: MembershipConfiguration, faults: SwimFaults, now: UInt64
    ) throws(MembershipError) {
        let style = OverlayStyle(
            digestFanout: MembershipLimits.spreadFanout, digestLifetime: 2 * SwimLimits.comparisonDelay,
            exchangeDelay: SwimLimits.comparisonDelay, comparesItself: true,
            believesUnproven: faults.contains(.noProof))
        overlay = try Overlay(configuration, style: style, now: now)
        self.faults = faults
        let key = configuration.mapKey
        rounds = NodeMap(key: key)
        suspicions = NodeMap(key: key)
        hinters = NodeMap(key: key)
        relayCounts = NodeMap(key: key)
        nonceKey = Hash.blake2b32(context: "mesh probe nonces 1", configuration.seed)
        sequence = UInt32(truncatingIfNeeded: configuration.seed)
    }

    /// All that is known and believed, this node included.
    public var roster: Roster { overlay.roster }
    /// What this node says of itself now.
    public var ownRecord: NodeRecord { overlay.own }
    /// What was refused and dropped since the start.
    public var counters: MembershipCounters { overlay.counters }
    /// Members that have named other placed nodes for a minute and longer.
    public var splitViews: [SplitViewDetector.SplitView] { overlay.splitViews.views }

    /// When a tick is due at the latest, in milliseconds since 1970; nil if nothing is waited for.
    public var nextDeadline: UInt64? {
        guard !overlay.hasDeparted else { return nil }
        guard let next = timers.next else { return overlay.timers.next }
        return overlay.timers.next.map { min($0, next) } ?? next
    }

    /// Takes an event and says what has to be done. After `leave` nothing has any effect.
    public mutating func handle(_ event: MembershipEvent, now: UInt64) -> [MembershipAction] {
        guard !overlay.hasDeparted else { return [] }
        let now = overlay.begin(now)
        if let due = timers.next, now > due + SwimLimits.lateness { onOversleeping(now) }
        take(event, now)
        judgeNotes(now)
        if !overlay.hasDeparted { onTime(now) }
        return overlay.finish(now)
    }

    private mutating func take(_ event: MembershipEvent, _ now: UInt64) {
        switch event {
        case .start:
            overlay.start(now)
            timers.set(.probe, at: now + overlay.random.below(SwimLimits.probeInterval))
        case .linkUp(let node, let dialled): overlay.onLinkUp(node, dialled: dialled, now)
        case .linkDown(let node, let dialledByUs): overlay.onLinkDown(node, dialledByUs: dialledByUs, now)
        case .dialFailed(let endpoint, let expected): overlay.onDialFailed(endpoint, expected: expected, now)
        case .records(let records, let peer):
            if let peer { onSign(of: peer, now) }
            overlay.onRecords(records, from: peer, now)
        case .digest(let digest, let peer):
            onSign(of: peer, now)
            overlay.onDigest(digest, from: peer, now)
        case .message(let bytes, let peer): onMessage(bytes, from: peer, now)
        case .startAddresses(let addresses): overlay.setStartAddresses(addresses, now)
        case .forget(let node): overlay.forget(node, now)
        case .leave: overlay.leave(now)
        case .tick: break
        }
    }

    private mutating func onTime(_ now: UInt64) {
        overlay.onTime(now)
        judgeNotes(now)
        while let timer = timers.popDue(now) {
            fire(timer, now)
            judgeNotes(now)
        }
    }

    private mutating func fire(_ timer: SwimTimer, _ now: UInt64) {
        switch timer {
        case .probe: onProbeDue(now)
        case .gossip: onGossipDue(now)
        case .round(let node): onRoundStep(node, now)
        case .suspect(let node): beginRound(node, now)
        case .verdict(let node): onVerdictDue(node, now)
        case .relay(let sequence): onRelayTimeout(sequence, now)
        }
    }
}
