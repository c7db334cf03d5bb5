import MeshCrypto
import MeshRing
import MeshWire

/// Queues to where they belong (DESIGN §7.6): what the engine's events mean to ``QueueSync``, and its actions to links
/// and store.
extension Engine {
    /// Where queues belong as far as this node sees.
    var syncView: SyncView {
        guard sync.draining != nil else {
            return SyncView(node: configuration.node, ring: ring, replicas: syncCopies)
        }
        let others = placed.filter { $0.node != configuration.node }
        return SyncView(
            node: configuration.node, ring: Ring(others, in: configuration.parameters), replicas: syncCopies)
    }

    /// How many copies there are to be, without this node's own where it drains.
    var syncCopies: Int {
        sync.draining == nil ? copies : min(Int(configuration.parameters.replicas), max(knownMembers - 1, 1))
    }

    private var knownMembers: Int { membership.roster.members.count { $0.state != .left } }

    mutating func onSyncTime() {
        sync.onTime(now: now)
        performSync()
    }

    /// A node has said hello over a link.
    mutating func onSyncLinkUp(_ node: NodeID) {
        sync.onLinkUp(node, now: now)
        performSync()
    }

    /// A link to a node has ended; another one may stand, but what was asked over this one won't be answered.
    mutating func onSyncLinkDown(_ node: NodeID) {
        sync.onLinkDown(node, now: now)
        if let link = nodeLinks[node]?.standing, links[link]?.saidHello == true { sync.onLinkUp(node, now: now) }
        performSync()
    }

    mutating func onSyncViewChanged() {
        if configuration.faults.contains(.ignoresRosterChange), !sync.isIdle { return }
        sync.onView(syncView, now: now)
        performSync()
    }

    /// A copy has rotted: its queue is compared soon, and who has another one brings it.
    mutating func onUnreadable(_ key: MessageKey) {
        sync.onTrouble(with: key.recipient, now: now)
        performSync()
    }

    /// A copy or removal could not be brought to a member: its queue is compared soon.
    mutating func mend(_ recipient: UserID) {
        sync.onTrouble(with: recipient, now: now)
    }

    mutating func onRemoveDone(_ node: NodeID, _ answer: ReplicaAnswer) {
        guard QueueSync.owns(answer.request) else { return }
        sync.onRemoveDone(answer, from: node, now: now)
        performSync()
    }

    mutating func onSyncAnswered(_ token: UInt64, _ answer: StoreAnswer) {
        sync.onAnswered(token, answer, now: now)
        performSync()
    }

    mutating func onSyncWritten(_ answer: CommitAnswer) {
        sync.onCommitted(answer.token, answer.outcome, now: now)
        performSync()
    }

    mutating func performSync() {
        for action in sync.takeActions() { perform(action) }
    }

    private mutating func perform(_ action: SyncAction) {
        switch action {
        case .query(let token, let query): emit(.query(token: token, query))
        case .release(let token, let key): emit(.release(token: token, key))
        case .compare(let node, let compare): send(.compare(compare), toNode: node)
        case .remove(let node, let remove): send(.remove(remove), toNode: node)
        case .offer(let node, let request, let recipient, let ids):
            send(
                .offer(Offer(request: request, rosterDigest: digest, recipient: recipient, ids: ids)), toNode: node)
        case .replicate(let node, let request, let submission):
            guard let link = nodeLinks[node]?.standing else { return }
            links[link]?.waitingMoves.append((request, submission))
            flushMoves(link)
        }
    }

    private mutating func send(_ frame: Frame, toNode node: NodeID) {
        if let link = nodeLinks[node]?.standing { send(frame, to: link) }
    }

    /// Sends what waits for credit, behind everything that somebody waits for.
    mutating func flushMoves(_ link: LinkID) {
        guard let state = links[link], state.saidHello, !state.waitingMoves.isEmpty else { return }
        guard state.waiting.isEmpty else { return }
        var (credit, sent) = (state.sendCredit, 0)
        for (request, submission) in state.waitingMoves {
            let frame = Frame.replicate(
                Replicate(request: request, rosterDigest: digest, purpose: .moved, submission: submission))
            guard frame.meteredBytes <= credit else { break }
            credit -= frame.meteredBytes
            send(frame, to: link)
            sent += 1
        }
        links[link]?.sendCredit = credit
        links[link]?.waitingMoves.removeFirst(sent)
    }
}

extension NodeIdentity {
    /// Bits that nobody else can foresee, others at each start: what compares' keys come from.
    func secretSeed(at now: Moment) -> UInt64 {
        let time = withUnsafeBytes(of: now.wallMilliseconds.bigEndian) { [UInt8]($0) }
        let hash = Hash.blake2b16(context: "mesh compare seed 1", sign(time, context: "mesh compare seed 1"))
        return hash.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }
}

// Answers.
extension Engine {
    mutating func onDiffer(_ link: LinkID, _ node: NodeID, _ differ: Differ) {
        guard sync.onDiffer(differ, from: node, now: now) else {
            return violate(link, "names queues that it was not asked to compare")
        }
        performSync()
    }

    mutating func onWanted(_ link: LinkID, _ node: NodeID, _ wanted: Wanted) {
        if wanted.status == .notInSet { askForRosterAgain(link) }
        guard sync.onWanted(wanted, from: node, now: now) else {
            return violate(link, "wants messages that it was not offered")
        }
        performSync()
    }

    /// The answer to a copy that was moved.
    mutating func onMoved(_ link: LinkID, _ node: NodeID, _ answer: ReplicaAnswer) {
        if answer.status == .notInSet { askForRosterAgain(link) }
        guard sync.onReplicated(answer, from: node, now: now) else {
            return violate(link, "an answer for \(answer.id) where another message was sent")
        }
        performSync()
    }
}
