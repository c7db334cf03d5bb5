import MeshCrypto
import MeshRing
import MeshWire

@testable import MeshNode

/// One `QueueSync` whose store and peers the test plays.
struct SyncScript {
    var sync: QueueSync
    private(set) var now = Moment(monotonicMilliseconds: 1_000, wallMilliseconds: 1_800_000_000_000)
    /// What the node holds.
    var held: [UserID: [Submission]] = [:]
    /// What it has let go of since.
    private(set) var released: Set<SubmissionID> = []
    /// What members hold.
    var peers: [NodeID: Set<SubmissionID>] = [:]
    /// Messages that are listed, and gone when they are to be read.
    var vanishing: Set<SubmissionID> = []
    /// Members that answer nothing with success.
    var refusing: Set<NodeID> = []
    /// Bytes of copies on their way at any time, at most.
    private(set) var mostBytes = 0
    private(set) var keys: [UInt64] = []
    /// Whose messages were offered, and to whom, in order.
    private(set) var offers: [String] = []
    /// Copies that wait for the test's word.
    private(set) var unanswered: [(target: NodeID, answer: ReplicaAnswer, bytes: Int)] = []
    var answersCopies = true

    init(view: SyncView, linked: [NodeID], limits: SyncLimits = SyncLimits()) {
        sync = QueueSync(view: view, limits: limits, seed: 7, now: now)
        for node in linked { sync.onLinkUp(node, now: now) }
    }

    /// How many messages of a recipient it still holds.
    func left(_ recipient: UserID) -> Int { (held[recipient] ?? []).count { !released.contains($0.id) } }

    mutating func run(milliseconds: UInt64) {
        let end = now.monotonicMilliseconds + milliseconds
        perform()
        while let due = sync.nextDeadline, due <= end {
            advance(to: max(due, now.monotonicMilliseconds))
            sync.onTime(now: now)
            perform()
        }
        advance(to: end)
    }

    private mutating func advance(to time: UInt64) {
        now.wallMilliseconds += time - now.monotonicMilliseconds
        now.monotonicMilliseconds = time
    }

    mutating func change(_ view: SyncView) {
        sync.onView(view, now: now)
        perform()
    }

    mutating func answerCopies() {
        let copies = unanswered
        unanswered = []
        for copy in copies { _ = sync.onReplicated(copy.answer, from: copy.target, now: now) }
        perform()
    }

    private mutating func perform() {
        while true {
            let actions = sync.takeActions()
            if actions.isEmpty { return }
            for action in actions { perform(action) }
        }
    }

    private mutating func perform(_ action: SyncAction) {
        switch action {
        case .query(let token, let query): sync.onAnswered(token, answer(query), now: now)
        case .release(let token, let key):
            released.insert(key.id)
            sync.onCommitted(token, .released, now: now)
        case .compare(let node, let compare):
            keys.append(compare.key)
            _ = sync.onDiffer(
                Differ(key: compare.key, recipients: compare.entries.map(\.recipient)), from: node, now: now)
        case .offer(let node, let request, let recipient, let ids):
            offers.append("\(recipient) to \(node)")
            let lacks = ids.filter { !peers[node, default: []].contains($0) }
            let status: DeliveryStatus = refusing.contains(node) ? .storageFailed : .accepted
            let wanted = Wanted(request: request, status: status, ids: status.isAccepted ? lacks : [])
            _ = sync.onWanted(wanted, from: node, now: now)
        case .replicate(let node, let request, let submission): take(node, request, submission)
        case .remove(let node, let remove):
            let answer = ReplicaAnswer(request: remove.request, status: .accepted, id: SubmissionID(Bytes16()))
            sync.onRemoveDone(answer, from: node, now: now)
        }
    }

    private mutating func take(_ node: NodeID, _ request: UInt64, _ submission: Submission) {
        peers[node, default: []].insert(submission.id)
        unanswered.append(
            (node, ReplicaAnswer(request: request, status: .accepted, id: submission.id), submission.encodedSize))
        mostBytes = max(mostBytes, unanswered.reduce(0) { $0 + $1.bytes })
        guard answersCopies, let copy = unanswered.popLast() else { return }
        _ = sync.onReplicated(copy.answer, from: copy.target, now: now)
    }

    private func answer(_ query: StoreQuery) -> StoreAnswer {
        switch query {
        case .recipients: .recipients(held.keys.filter { left($0) > 0 }.sorted(), next: nil)
        case .digests(_, let recipients, _):
            .digests(recipients.map { StoredDigest(count: UInt32(left($0)), digest: Bytes16()) })
        case .list(let recipient, let after, let count): list(recipient, after: after, count)
        case .messages(let keys, let maximumBytes): read(keys, maximumBytes)
        case .lookup(let keys): .lookup(keys.map { _ in .unknown })
        case .tombstones: .tombstones([], next: nil)
        }
    }

    private func list(_ recipient: UserID, after: UInt64, _ count: Int) -> StoreAnswer {
        let all = (held[recipient] ?? []).enumerated().map { index, submission in
            StoredMessage(
                id: submission.id, sequence: UInt64(index + 1), expirySeconds: submission.expirySeconds,
                byteCount: submission.encodedSize)
        }
        let rest = all.filter { $0.sequence > after && !released.contains($0.id) }
        return .list(Array(rest.prefix(count)), hasMore: rest.count > count)
    }

    private func read(_ keys: [MessageKey], _ maximumBytes: Int) -> StoreAnswer {
        var messages: [Submission] = []
        var bytes = 0
        for key in keys {
            guard !vanishing.contains(key.id), let message = held[key.recipient]?.first(where: { $0.id == key.id })
            else { continue }
            bytes += message.encodedSize
            if bytes > maximumBytes, !messages.isEmpty { break }
            messages.append(message)
        }
        return .messages(messages, examined: messages.count)
    }
}
