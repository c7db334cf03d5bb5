import MeshNode
import MeshQueue
import MeshWire
import MeshCrypto
import SimulatedNetwork

/// A node's store as its shell drives it: operations are committed together, one commit after the other, and nothing is
/// answered before it is on stable storage.
final class SimulatedDisk {
    /// An operation with the token of the effect that asked for it.
    struct Write {
        let token: UInt64
        let key: MessageKey
        var operation: QueueOperation
        /// Whether a removal is not remembered, for a mutation.
        var forgets = false
    }

    private let host: Int
    private unowned let world: World
    private(set) var store: MemoryQueueStore
    private var inCommit: [Write] = []
    private var waiting: [Write] = []
    /// Whether every write fails for want of space.
    var isFull = false
    /// Whether the machine goes in the midst of the next commit.
    var crashesInCommit = false
    /// How long a commit takes, in milliseconds.
    var commitTime: ClosedRange<UInt64> = 1...15

    init(_ host: Int, _ world: World) {
        self.host = host
        self.world = world
        store = MemoryQueueStore(limits: world.settings.quota)
    }

    // MARK: What the engine wants

    func perform(_ effect: EngineEffect) {
        if let write = Write(effect) { return put(write) }
        switch effect {
        case .read(let token, let recipient, let after, let count, let bytes):
            answer { .read(token: token, $0.read(recipient, after: after, count: count, bytes: bytes)) }
        case .query(let token, let query): answer { .answered(token: token, $0.answer(query)) }
        case .markHandedOut(let keys): store.markHandedOut(keys.map(QueueKey.init))
        case .expire(let nowSeconds): _ = try? store.expire(nowSeconds: nowSeconds)
        default: preconditionFailure("no effect of the store")
        }
    }

    private func put(_ write: Write) {
        var write = write
        switch (world.settings.mutation, write.operation) {
        case (.forgetTombstone, .remove): (write.operation, write.forgets) = (.release(QueueKey(write.key)), true)
        case (.acknowledgeBeforeCommit, .append):
            answer { _ in .committed(number: 1, [CommitAnswer(token: write.token, .stored)]) }
        default: break
        }
        waiting.append(write)
    }

    private func answer(_ make: @escaping (SimulatedDisk) -> EngineEvent) {
        let life = world.hosts[host].life
        world.after(1 + world.random.below(UInt64(4))) { [unowned self] in
            guard world.hosts[host].life == life, world.hosts[host].isUp else { return }
            world.hosts[host].tell(make(self), life: life)
        }
    }

    /// What one turn of the engine wanted is submitted.
    func submit() {
        guard inCommit.isEmpty, !waiting.isEmpty else { return }
        (inCommit, waiting) = (waiting, [])
        let time = world.random.within(commitTime)
        world.queue.push(.committed(host, life: world.hosts[host].life), at: world.now + time)
        guard crashesInCommit else { return }
        let life = world.hosts[host].life
        world.after(time / 2) { [unowned world, host] in
            if world.hosts[host].life == life { world.crash(world.hosts[host]) }
        }
    }

    func finishCommit() {
        let writes = inCommit
        inCommit = []
        let event = isFull ? .commitFailed(writes.map(\.token)) : commit(writes)
        world.hosts[host].tell(event)
        submit()
    }

    private func commit(_ writes: [Write]) -> EngineEvent {
        guard let commit = try? store.commit(writes.map(\.operation), nowSeconds: world.nowSeconds) else {
            return .commitFailed(writes.map(\.token))
        }
        let outcomes = zip(writes, commit.outcomes).map { told(StoreOutcome($1), of: $0) }
        for (write, outcome) in zip(writes, outcomes) { world.onOutcome(outcome, of: write, at: host) }
        return .committed(number: commit.number, zip(writes, outcomes).map { CommitAnswer(token: $0.token, $1) })
    }

    /// A store that forgets tombstones says that it doesn't.
    private func told(_ outcome: StoreOutcome, of write: Write) -> StoreOutcome {
        guard write.forgets else { return outcome }
        return outcome == .released ? .removed : .remembered
    }

    // MARK: What happens to it

    /// What wasn't answered may be on the disk or not: the commit under way whole or not at all, what waited not.
    func crash() {
        if !inCommit.isEmpty, !isFull, world.random.happens(perMille: 500) {
            _ = commit(inCommit)
        } else {
            world.counts.lostWrites += inCommit.count
        }
        world.counts.lostWrites += waiting.count
        close()
    }

    func close() {
        (inCommit, waiting) = ([], [])
        isFull = false
        crashesInCommit = false
        commitTime = 1...15
        // Whatever is there when a store is opened may have been handed out.
        markAllHandedOut()
    }

    func wipe() {
        store = MemoryQueueStore(limits: world.settings.quota)
        world.checker.forget(host)
    }

    /// One message can't be read any more; false if there is none of these.
    func lose(_ key: MessageKey) {
        _ = try? store.commit([.release(QueueKey(key))], nowSeconds: world.nowSeconds)
        world.checker.messages[key.id]?.holders.remove(host)
    }

    /// All that it remembers, whatever the time.
    var tombstones: [QueueTombstone] {
        var (found, cursor): ([QueueTombstone], QueueTombstoneCursor?) = ([], .start)
        while let from = cursor, let page = try? store.tombstones(from: from, maxCount: 512, nowSeconds: 0) {
            found += page.tombstones
            cursor = page.next
        }
        return found
    }

    private func markAllHandedOut() {
        var cursor: QueueRecipientCursor? = .start
        while let from = cursor {
            let page = store.recipients(from: from, maxCount: 512)
            for recipient in page.recipients {
                let list = store.list(recipient.recipient, afterSequence: 0, maxCount: .max)
                store.markHandedOut(list.entries.map { QueueKey(recipient: recipient.recipient, id: $0.id) })
            }
            cursor = page.next
        }
    }
}

// Reading.
extension SimulatedDisk {
    private func read(_ recipient: UserID, after: UInt64, count: Int, bytes: Int) -> ReadResult {
        let fetch = QueueFetch(
            recipient: QueueRecipient(recipient), afterSequence: after, maxCount: count, maxBytes: bytes)
        guard let page = try? store.fetch(fetch) else { return .failed }
        return .messages(page.submissions, last: page.lastSequence, hasMore: page.hasMore)
    }

    private func answer(_ query: StoreQuery) -> StoreAnswer {
        let now = world.nowSeconds
        switch query {
        case .messages(let keys, let maximumBytes):
            guard let page = try? store.fetch(keys: keys.map(QueueKey.init), maxBytes: maximumBytes) else {
                return .failed
            }
            return .messages(page.submissions, examined: page.examined)
        case .lookup(let keys):
            guard let states = try? store.lookup(keys.map(QueueKey.init), nowSeconds: now) else { return .failed }
            return .lookup(states.map(StoredState.init))
        case .list(let recipient, let after, let count):
            let listing = store.list(QueueRecipient(recipient), afterSequence: after, maxCount: count)
            return .list(listing.entries.map(StoredMessage.init), hasMore: listing.hasMore)
        case .digests(let key, let recipients, let expiringAfter):
            return .digests(
                recipients.map {
                    StoredDigest(store.digest(of: QueueRecipient($0), key: key, expiringAfterSeconds: expiringAfter))
                })
        case .recipients(let cursor, let count):
            let page = store.recipients(from: cursor ?? .start, maxCount: count)
            return .recipients(page.recipients.map { UserID($0.recipient) }, next: page.next)
        case .tombstones(let cursor, let count):
            guard let page = try? store.tombstones(from: cursor ?? .start, maxCount: count, nowSeconds: now) else {
                return .failed
            }
            return .tombstones(page.tombstones.map(StoredTombstone.init), next: page.next)
        }
    }
}
