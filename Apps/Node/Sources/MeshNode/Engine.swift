public import MeshCrypto
public import MeshRing
import MeshWire

/// A node as a value: events in, effects out (DESIGN §2, §9). It owns no socket, clock, thread or file.
///
/// Its ways, each in a file of its own: links and their credit, roster, submission → residence → store, queue →
/// client, removal, ephemeral messages, stopping.
public struct Engine: Sendable {
    /// What a node is told at its start.
    public struct Configuration: Sendable {
        /// This node; it signs what it says of the messages in its custody.
        public var identity: NodeIdentity
        /// Of its network.
        public var parameters: NetworkParameters
        /// Name and version for other programs' people, at most 32 bytes.
        public var software: String
        /// Every bound that it keeps.
        public var limits: EngineLimits
        /// Whether this node may be the whole network. A node that was told to join one knows that there is another:
        /// before it has found that, it takes nothing.
        public var mayBeAlone = true
        /// What is broken on purpose, in a simulation.
        @_spi(Simulation) public var faults: EngineFaults = []

        /// This node's id.
        public var node: NodeID { identity.id }

        /// Takes the parts as they are.
        public init(
            identity: NodeIdentity, parameters: NetworkParameters, software: String,
            limits: EngineLimits = EngineLimits()
        ) {
            self.identity = identity
            self.parameters = parameters
            self.software = software
            self.limits = limits
        }
    }

    /// What it was told at its start.
    public let configuration: Configuration
    let network: NetworkID
    var limits: EngineLimits { configuration.limits }

    var membership: any MembershipCore
    /// Computed from the membership's roster when that changes.
    var ring: Ring
    /// What `ring` was computed from.
    var placed: [Placement]
    var digest: Bytes16
    /// R as far as the network goes: all members known that have not left, where those are fewer (DESIGN §7.2).
    var copies: Int
    let startedAt: Moment
    var hasJoined = false

    var links = NumberMap<LinkID, LinkState>()
    var nodeLinks: [NodeID: NodeLinks] = [:]
    /// The one receiving link of each user.
    var userLinks: [UserID: LinkID] = [:]

    var appends = NumberMap<UInt64, PendingAppend>()
    var removals = NumberMap<UInt64, PendingRemoval>()
    var reads = NumberMap<UInt64, LinkID>()
    var queries = NumberMap<UInt64, PendingQuery>()
    var forwards = NumberMap<UInt64, PendingForward>()
    var replications = NumberMap<UInt64, Replication>()
    var receiptWaits = ReceiptWaits()
    var receiptShelf = ReceiptShelf()
    /// Messages that are being recalled: those that a client gets meanwhile count as handed out.
    var recalls: [SubmissionID: Recalling] = [:]
    var strangeRemovals = StrangeRemovals()
    var pendingBytes = 0
    var sync: QueueSync
    /// Messages that were asked for when they were offered: over which link they come, and until when they are waited for.
    var expected: [SubmissionID: (link: LinkID, until: UInt64)] = [:]
    /// The ring as it will be when this node has left, which hands over.
    var ringWithout: (node: NodeID, ring: Ring)?

    var helloDeadlines = Deadlines<LinkID>()
    var forwardDeadlines = Deadlines<UInt64>()
    var replicationDeadlines = Deadlines<UInt64>()
    var readDeadlines = Deadlines<LinkID>()
    var announceAtMilliseconds: UInt64?
    var expireAtMilliseconds: UInt64
    var stopping: Stopping?

    var now: Moment
    private var lastToken: UInt64 = 0
    private var effects: [EngineEffect] = []
    /// What this turn's commit did, and what this turn sent to clients. Kept for their memory.
    var settled: [Settled] = []
    var handedOut: [MessageKey] = []
    /// What one client is told of its removals, collected.
    var removed: [Removed] = []
    var removedLink: LinkID?

    /// - Parameters:
    ///   - membership: knows this node's own record, and what the disk remembered.
    ///   - now: the moment of the start.
    public init(configuration: Configuration, membership: any MembershipCore, now: Moment) {
        self.configuration = configuration
        self.membership = membership
        self.now = now
        network = configuration.parameters.id
        placed = membership.roster.placements(where: \.isPlaced)
        ring = Ring(placed, in: configuration.parameters)
        digest = membership.roster.digest
        copies = Self.copies(membership.roster, configuration)
        startedAt = now
        expireAtMilliseconds = now.monotonicMilliseconds
        sync = QueueSync(
            view: SyncView(node: configuration.node, ring: ring, replicas: copies), limits: configuration.limits.sync,
            seed: configuration.identity.secretSeed(at: now), now: now)
    }

    /// Takes one event and returns what is to be done for it, in order. After ``EngineEffect/stopped`` nothing is.
    public mutating func handle(_ event: EngineEvent, now: Moment) -> [EngineEffect] {
        var collected: [EngineEffect] = []
        handle(event, now: now, into: &collected)
        return collected
    }

    /// The same, appended to effects that were collected before: their memory serves for many events.
    public mutating func handle(_ event: EngineEvent, now: Moment, into collected: inout [EngineEffect]) {
        guard stopping?.isFinished != true else { return }
        swap(&effects, &collected)
        defer { swap(&effects, &collected) }
        self.now = now
        switch event {
        case .start: tell(.start)
        case .linkOpened(let link, let peer): onLinkOpened(link, peer)
        case .frames(let link, let frames): onFrames(link, frames)
        case .malformed(let link, let error): violate(link, error.description)
        case .linkClosed(let link): onLinkClosed(link)
        case .dialFailed(let endpoint, let node): onDialFailed(endpoint, node)
        case .committed(let number, let answers): onCommitted(number, answers)
        case .commitFailed(let tokens): onCommitFailed(tokens)
        case .read(let token, let result): onRead(token, result)
        case .answered(let token, let answer): onAnswered(token, answer)
        case .unreadable(let key): onUnreadable(key)
        case .tick: break
        case .forget(let node): tell(.forget(node))
        case .stop(let manner): onStop(manner)
        }
        onTime()
        markHandedOut()
    }

    /// When `tick` is wanted, in monotonic milliseconds, if nothing else comes before.
    public var nextDeadline: UInt64? {
        guard stopping?.isFinished != true else { return nil }
        // Asked for after every turn: no array of optionals.
        var next = min(expireAtMilliseconds, announceAtMilliseconds ?? .max)
        next = min(next, helloDeadlines.next ?? .max, forwardDeadlines.next ?? .max)
        next = min(next, replicationDeadlines.next ?? .max, readDeadlines.next ?? .max)
        next = min(next, membershipDeadline ?? .max, sync.nextDeadline ?? .max)
        return min(next, stopping?.deadlineMilliseconds ?? .max)
    }

    mutating func emit(_ effect: EngineEffect) { effects.append(effect) }

    mutating func send(_ frame: Frame, to link: LinkID) { effects.append(.send(link, frame)) }

    mutating func newToken() -> UInt64 {
        lastToken += 1
        return lastToken
    }

    /// Tells the store what this turn gave to clients, all at once.
    private mutating func markHandedOut() {
        guard !handedOut.isEmpty else { return }
        emit(.markHandedOut(handedOut))
        handedOut.removeAll(keepingCapacity: true)
    }

    private mutating func onTime() {
        let time = now.monotonicMilliseconds
        while let link = helloDeadlines.popDue(now: time) { expectHello(link) }
        while let request = forwardDeadlines.popDue(now: time) { onForwardTimeout(request) }
        while let number = replicationDeadlines.popDue(now: time) { onReplicationTimeout(number) }
        while let link = readDeadlines.popDue(now: time) { pump(link) }
        if let due = announceAtMilliseconds, due <= time { announceDigest() }
        if expireAtMilliseconds <= time {
            expireAtMilliseconds = time + limits.expireMilliseconds
            emit(.expire(nowSeconds: now.wallSeconds))
            receiptWaits.turn()
            dropUnmetExpectations()
            reportStrangeRemovals()
        }
        if let due = membershipDeadline, due <= time { tell(.tick) }
        if let due = sync.nextDeadline, due <= time { onSyncTime() }
        checkStopped()
    }
}
