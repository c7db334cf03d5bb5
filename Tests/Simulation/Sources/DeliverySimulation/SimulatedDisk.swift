import MeshCrypto
import MeshNode
import MeshQueue
import MeshQueueTesting
import MeshWire
import NIOCore
import SimulatedNetwork

/// A node's store as its shell drives it: the log that ships, on a disk that fails as disks do. Operations are committed
/// together, one commit after the other, and nothing is answered before it is on stable storage.
final class SimulatedDisk {
    /// An operation with the token of the effect that asked for it.
    struct Write {
        let token: UInt64
        let key: MessageKey
        var operation: QueueOperation
        /// Whether a removal is not remembered, for a mutation.
        var forgets = false

        init(_ write: StoreWrite) {
            token = write.token
            key = write.key
            operation = write.operation
        }
    }

    private let host: Int
    private unowned let world: World
    private(set) var files: FaultyDisk
    /// While the node runs.
    private(set) var store: LogQueueStore?
    private var inCommit: [Write] = []
    private var waiting: [Write] = []
    /// What was on its way to the disk when the machine went.
    private var interrupted: [Write] = []
    /// Whether a bit of it has rotted: then what can't be read any more is a fault of the disk.
    private(set) var hasRotted = false
    /// Whether it may have forgotten removals: so said, and a fault of the disk.
    var hasForgotten: Bool { damages.hasLostRuns }
    /// Messages that were found to have rotted here, and have got no new copy.
    private var rotten: Set<SubmissionID> = []
    private let damages = Damages()
    /// Whether the machine goes in the midst of the next commit.
    var crashesInCommit = false
    /// How long a commit takes, in milliseconds.
    var commitTime: ClosedRange<UInt64> = 1...15

    init(_ host: Int, _ world: World) {
        self.host = host
        self.world = world
        files = FaultyDisk(seed: world.random.next())
    }

    /// Small segments, so that they are filled, folded and reused within a run.
    private var options: LogOptions {
        LogOptions(
            limits: world.settings.quota, smallestSegmentBytes: 128 << 10, largestSegmentBytes: 512 << 10,
            tombstoneBytesPerFold: 16 << 10)
    }

    func open() {
        do {
            store = try LogQueueStore(disk: files, options: options, random: world.random.next()) { [damages] report in
                switch report {
                case .damaged(let damage): damages.found.append(damage)
                case .partLost(let file, _): damages.hasLostRuns = damages.hasLostRuns || file.hasPrefix("run-")
                case .maintenanceFailed: break
                }
            }
        } catch {
            guard hasRotted else {
                return world.fail(.durability, "the store of node \(host) can't be opened: \(error)")
            }
            world.note("the store of node \(host) can't be opened, and its operator begins anew: \(error)")
            world.counts.wipes += 1
            wipe()
            return open()
        }
        compareWithDisk()
        // Found before, and to be found again when somebody reads them.
        for id in rotten { world.checker.messages[id]?.damaged.insert(host) }
    }

    /// What a store has found unreadable. One thread has all of a world.
    private final class Damages: @unchecked Sendable {
        var found: [QueueDamage] = []
        var hasLostRuns = false
    }

    /// Whether there is no room for more.
    var isFull: Bool {
        get { files.faults.capacity != nil }
        set { files.faults.capacity = newValue ? files.byteCount : nil }
    }

    // MARK: What the engine wants

    func perform(_ effect: EngineEffect) {
        if let write = StoreWrite(effect) { return put(Write(write)) }
        switch effect {
        case .read(let token, let recipient, let after, let count, let bytes):
            answer { .read(token: token, $0.read(recipient, after: after, count: count, bytes: bytes)) }
        case .query(let token, let query): answer { .answered(token: token, $0.answer(query)) }
        case .markHandedOut(let keys): store?.markHandedOut(keys.map(QueueKey.init))
        case .expire(let nowSeconds):
            _ = try? store?.expire(nowSeconds: nowSeconds)
            store?.housekeep(isIdle: true)
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
            let event = make(self)
            tellDamage()
            world.hosts[host].tell(event, life: life)
        }
    }

    /// The engine hears of what was found unreadable.
    private func tellDamage() {
        let found = damages.found
        damages.found = []
        for damage in found {
            guard let id = damage.id.map(SubmissionID.init) else { continue }
            world.hosts[host].tell(.unreadable(MessageKey(UserID(damage.recipient), id)))
        }
    }

    /// There is a new copy, or none is wanted any more; returns whether the old one had rotted.
    @discardableResult
    func mend(_ id: SubmissionID) -> Bool {
        world.checker.messages[id]?.damaged.remove(host)
        return rotten.remove(id) != nil
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
        let event = commit(writes)
        store?.housekeep(isIdle: false)
        tellDamage()
        world.hosts[host].tell(event)
        submit()
    }

    private func commit(_ writes: [Write]) -> EngineEvent {
        guard let commit = try? store?.commit(writes.map(\.operation), nowSeconds: world.hosts[host].nowSeconds) else {
            world.note("node \(host): a commit failed")
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
}

// What happens to it.
extension SimulatedDisk {
    /// The power goes, in the midst of the commit that is under way: of what wasn't synchronized, any sector may be
    /// there or not.
    func crash() {
        interrupted = inCommit
        world.counts.lostWrites += waiting.count
        if !inCommit.isEmpty {
            files.changesUntilPowerOff = world.random.below(4)
            _ = try? store?.commit(inCommit.map(\.operation), nowSeconds: world.hosts[host].nowSeconds)
        }
        files.faults = FaultyDisk.Faults()
        files.crash()
        end()
    }

    /// The node has ended in order.
    func close() {
        store?.close()
        files.faults = FaultyDisk.Faults()
        end()
    }

    private func end() {
        store = nil
        damages.found = []
        (inCommit, waiting) = ([], [])
        crashesInCommit = false
        commitTime = 1...15
    }

    func wipe() {
        files = FaultyDisk(seed: world.random.next())
        (interrupted, hasRotted, rotten, damages.hasLostRuns) = ([], false, [], false)
        world.checker.forget(host)
    }

    /// A bit rots, in a message or somewhere in a file; what can't be read any more is lost here.
    func rot() {
        let names = ((try? files.names()) ?? []).filter { files.content(of: $0)?.isEmpty == false }
        guard let name = world.random.sample(names, 1).first else { return }
        if world.random.below(4) == 0 || !rotMessage(names) { guard files.flipBit(in: name) else { return } }
        hasRotted = true
        world.note("a bit has rotted on the disk of node \(host)")
        for message in world.checker.order.compactMap({ world.checker.messages[$0] })
        where message.holders.contains(host) {
            guard (try? store?.fetch(keys: [QueueKey(message.key)], maxBytes: 1 << 20).items.count) == 0 else {
                continue
            }
            world.counts.corruptions += 1
            world.note("node \(host) can't read \(message.id) any more")
            world.checker.messages[message.id]?.holders.remove(host)
            rotten.insert(message.id)
        }
        tellDamage()
    }

    /// A bit of one of the messages held here; false if there is none.
    private func rotMessage(_ names: [String]) -> Bool {
        let held = world.checker.order.filter { world.checker.messages[$0]?.holders.contains(host) == true }
        guard let id = world.random.sample(held, 1).first, let message = world.checker.messages[id] else {
            return false
        }
        let body = [UInt8](buffer: message.submission.body)
        for name in names {
            guard let place = files.content(of: name)?.firstRange(of: body)?.lowerBound else { continue }
            files.flipBit(in: name, at: place + Int(world.random.below(UInt64(body.count))))
            return true
        }
        return false
    }

    /// After an opening: what was answered is there; what was under way is there or not.
    private func compareWithDisk() {
        for write in interrupted { settle(write) }
        interrupted = []
        for id in world.checker.order {
            guard let message = world.checker.messages[id], message.expirySeconds > world.nowSeconds else { continue }
            let state = state(of: message.key)
            if message.holders.contains(host), !state.isHeld { miss(id, "held", state) }
            if message.removers.contains(host), !state.isRemoved, world.settings.mutation != .forgetTombstone {
                miss(id, "removed", state)
            }
        }
    }

    private func miss(_ id: SubmissionID, _ what: String, _ state: QueueLookup) {
        guard hasRotted else {
            return world.fail(.durability, "node \(host) had \(what) \(id), and after its start it is \(state)")
        }
        world.checker.messages[id]?.holders.remove(host)
        world.checker.messages[id]?.removers.remove(host)
    }

    private func settle(_ write: Write) {
        switch (write.operation, state(of: write.key)) {
        case (.append, .held): world.onOutcome(.stored, of: write, at: host)
        case (.remove, .removed): world.onOutcome(.removed, of: write, at: host)
        case (.release, .unknown): world.onOutcome(.released, of: write, at: host)
        case (.release, _): break
        default: world.counts.lostWrites += 1
        }
    }

    private func state(of key: MessageKey) -> QueueLookup {
        (try? store?.lookup([QueueKey(key)], nowSeconds: world.hosts[host].nowSeconds))?.first ?? .unknown
    }

    /// All that it remembers, whatever the time.
    var tombstones: [QueueTombstone] {
        var (found, cursor): ([QueueTombstone], QueueTombstoneCursor?) = ([], .start)
        while let from = cursor, let page = try? store?.tombstones(from: from, maxCount: 512, nowSeconds: 0) {
            found += page.tombstones
            cursor = page.next
        }
        return found
    }
}

// Reading.
extension SimulatedDisk {
    private func read(_ recipient: UserID, after: UInt64, count: Int, bytes: Int) -> ReadResult {
        let fetch = QueueFetch(
            recipient: QueueRecipient(recipient), afterSequence: after, maxCount: count, maxBytes: bytes)
        guard let page = try? store?.fetch(fetch) else { return .failed }
        return .messages(page.submissions, last: page.lastSequence, hasMore: page.hasMore)
    }

    private func answer(_ query: StoreQuery) -> StoreAnswer {
        guard let store else { return .failed }
        let now = world.hosts[host].nowSeconds
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
            return .tombstones(page.tombstones.compactMap(StoredTombstone.init), next: page.next)
        }
    }
}

extension QueueLookup {
    fileprivate var isHeld: Bool { if case .held = self { true } else { false } }
    fileprivate var isRemoved: Bool { if case .removed = self { true } else { false } }
}
