import MeshCrypto
import MeshRing
import MeshWire

/// Brings queues to where they belong: hand-over and repair in one (DESIGN §7.6), as a value without links or store.
///
/// Each holder pushes what it has to the members of the recipient's present set. A *lap* walks over all recipients of
/// whom something is held. Where this node is in the set too, keyed digests are compared first (at most 512 queues in a
/// frame), and only queues that differ are worked on; where it isn't, all are. A *job* goes through one queue by pages:
/// list, offer to the members, read once what they lack, replicate, and, where the node isn't in the set and all R
/// members hold the page, let go of it.
///
/// Nothing of it is on disk: what is still to be done follows from the store and the ring, so that a restarted node
/// begins with a lap over everything. The newest ring wins: jobs whose set has changed begin again, and another lap
/// follows the one under way.
struct QueueSync: Sendable {
    let limits: SyncLimits
    /// What the compares' keys come from.
    let seed: UInt64
    var view: SyncView
    /// Members with a link that stands.
    var linked: Set<NodeID> = []
    var now: Moment

    /// For the next lap.
    var demand = SyncDemand(everything: true)
    var demandAt: UInt64?
    var roundAt: UInt64
    /// Recipients of the next try.
    var failed: Set<UserID> = []
    var retryAt: UInt64?
    var retryDelay: UInt64
    /// Recipients of whom another member holds something else, as it said since the last round.
    var told: Set<UserID> = []

    var lap: SyncLap?
    /// Planned, and not begun yet.
    var waiting: [SyncPlan] = []
    var jobs: [UserID: SyncJob] = [:]
    /// Jobs that have something to read.
    var readers: [UserID] = []
    var bytesInFlight = 0
    var requests: [UInt64: SyncRequest] = [:]
    private var deadlines = Deadlines<UInt64>()
    /// Copies that only a majority holds: for which set, and since when.
    var byMajority: [UserID: (set: ReplicaSet, since: UInt64)] = [:]
    var tombstones = TombstoneWalk()
    /// Present while the node hands over everything before it ends.
    var draining: DrainProgress?

    private var lastToken = Self.tokenMark
    private var actions: [SyncAction] = []

    /// Tokens of this machine have this bit, and no others do.
    private static let tokenMark: UInt64 = 1 << 62

    init(view: SyncView, limits: SyncLimits, seed: UInt64, now: Moment) {
        self.view = view
        self.limits = limits
        self.seed = seed
        self.now = now
        retryDelay = limits.retryMilliseconds
        roundAt = now.monotonicMilliseconds + limits.roundMilliseconds
        demandAt = now.monotonicMilliseconds + limits.settleMilliseconds
    }

    /// Whether a token or request is one of this machine's.
    static func owns(_ token: UInt64) -> Bool { token & tokenMark != 0 }

    var time: UInt64 { now.monotonicMilliseconds }

    /// When ``onTime(now:)`` is wanted.
    var nextDeadline: UInt64? {
        [deadlines.next, lap == nil ? nextLapAt : nil, tombstones.dueAt].compactMap { $0 }.min()
    }

    /// What is to be done now, in order.
    mutating func takeActions() -> [SyncAction] {
        defer { actions.removeAll(keepingCapacity: true) }
        return actions
    }

    mutating func emit(_ action: SyncAction) { actions.append(action) }

    /// A token for a question; one to a peer has a deadline.
    mutating func ask(_ request: SyncRequest) -> UInt64 {
        lastToken += 1
        requests[lastToken] = request
        bytesInFlight += request.bytes
        if request.target != nil { deadlines.add(lastToken, dueMilliseconds: time + limits.answerMilliseconds) }
        return lastToken
    }

    /// The question is answered, or won't be.
    @discardableResult
    mutating func close(_ token: UInt64) -> SyncRequest? {
        guard let request = requests.removeValue(forKey: token) else { return nil }
        bytesInFlight -= request.bytes
        return request
    }

    /// Bits that nobody else can foresee: no two alike, from the seed.
    mutating func newKey() -> UInt64 {
        lastToken += 1
        let hash = Hash.blake2b16(context: "mesh compare key 1", seed, lastToken)
        return hash.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }
}

// What happens around it.
extension QueueSync {
    mutating func onTime(now: Moment) {
        self.now = now
        while let token = deadlines.popDue(now: time) { abandon(token) }
        beginLapIfDue()
        beginTombstonesIfDue()
    }

    /// The ring is another one, or another number of members is known.
    mutating func onView(_ view: SyncView, now: Moment) {
        self.now = now
        let old = self.view.ring
        self.view = view
        if demand.base == nil { demand.base = old }
        if tombstones.base == nil { tombstones.base = old }
        if tombstones.beginAt == nil { tombstones.beginAt = time + settleMilliseconds }
        hurry()
        let stale = jobs.values.filter { !view.ring.replicaSet(for: $0.plan.recipient).hasMembers(of: $0.plan.set) }
        // In a fixed order, so that a run can be repeated.
        for job in stale.sorted(by: { $0.plan.recipient < $1.plan.recipient }) { abort(job) }
        onTime(now: now)
    }

    mutating func onLinkUp(_ node: NodeID, now: Moment) {
        self.now = now
        guard linked.insert(node).inserted else { return }
        demand.targets.insert(node)
        hurry()
        guard tombstones.missed.remove(node) != nil else { return }
        tombstones.targets.insert(node)
        if tombstones.beginAt == nil { tombstones.beginAt = time + settleMilliseconds }
    }

    /// A link has ended: what it owed won't come.
    mutating func onLinkDown(_ node: NodeID, now: Moment) {
        self.now = now
        guard linked.remove(node) != nil else { return }
        for token in requests.filter({ $0.value.target == node }).keys.sorted() { abandon(token) }
        goOn()
    }

    /// Members of a recipient's set may differ: a copy or a removal could not be brought to one of them.
    mutating func onTrouble(with recipient: UserID, now: Moment) {
        self.now = now
        retry(recipient)
    }

    /// Another member's queue differs from this one's: what it lacks, or has been told to remove, only this node can
    /// say. Once a round for each recipient, so that two who can't agree don't go on for ever.
    mutating func onOthersDiffer(_ recipient: UserID, now: Moment) {
        self.now = now
        guard told.count < limits.failedRecipients, told.insert(recipient).inserted else { return }
        retry(recipient)
    }

    /// Hands over everything from now on; the view without this node comes next.
    mutating func drain(now: Moment) {
        self.now = now
        draining = DrainProgress()
        demand.everything = true
        demandAt = time
        tombstones.beginAt = time
    }

    /// Whether a node that drains has nothing to hope for: its own store can't be read.
    var hasGivenUp: Bool { draining.map { $0.failures >= Self.countingFailures } ?? false }

    /// Some seconds: a disk that is busy answers by then.
    private static let countingFailures = 3

    /// Whether a node that drains may go: enough others hold everything.
    var isDrained: Bool { draining.map { $0.total != nil && $0.laps > 0 && isIdle } ?? false }

    /// Who goes has no time to wait for others' changes.
    private var settleMilliseconds: UInt64 { draining == nil ? limits.settleMilliseconds : 0 }

    private mutating func hurry() {
        retryDelay = limits.retryMilliseconds
        if demandAt == nil { demandAt = time + settleMilliseconds }
    }

    mutating func retry(_ recipient: UserID) {
        guard failed.count < limits.failedRecipients else {
            demand.everything = true
            return hurry()
        }
        failed.insert(recipient)
        if retryAt == nil { retryAt = time + retryDelay }
    }
}
