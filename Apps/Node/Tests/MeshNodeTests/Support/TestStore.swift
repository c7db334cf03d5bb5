import MeshCrypto
import MeshNode
import MeshQueue
import MeshQueueTesting
import MeshWire
import NIOCore

/// A store behind the engine's effects, as the shell puts the durable one behind them: in memory, or the log that ships
/// on a disk in memory.
struct TestStore {
    private var store: any QueueStore
    private let damages = Damages()
    /// The next commits and reads fail, as on a broken disk.
    var isBroken = false

    init(limits: QueueLimits = QueueLimits()) { store = MemoryQueueStore(limits: limits) }

    init(on disk: FaultyDisk) {
        let damages = damages
        store = try! LogQueueStore(disk: disk, random: 1) { report in
            if case .damaged(let damage) = report { damages.found.append(damage) }
        }
    }

    /// What was found unreadable and not told yet.
    func takeUnreadable() -> [EngineEvent] {
        defer { damages.found = [] }
        return damages.found.map { .unreadable(MessageKey(UserID($0.recipient), SubmissionID($0.id!))) }
    }

    /// One thread uses a store and all of its network.
    private final class Damages: @unchecked Sendable {
        var found: [QueueDamage] = []
    }

    var messages: Int { store.totals.messages }

    /// Commits what one turn of the engine wants done, as one.
    mutating func commit(_ writes: [EngineEffect], nowSeconds: UInt32) -> EngineEvent {
        let operations = writes.compactMap(StoreWrite.init)
        guard !isBroken, let commit = try? store.commit(operations.map(\.operation), nowSeconds: nowSeconds) else {
            return .commitFailed(operations.map(\.token))
        }
        return .committed(
            number: commit.number,
            zip(operations, commit.outcomes).map { CommitAnswer(token: $0.token, StoreOutcome($1)) })
    }

    mutating func read(_ recipient: UserID, after: UInt64, maximumCount: Int, maximumBytes: Int) -> ReadResult {
        let fetch = QueueFetch(
            recipient: QueueRecipient(recipient), afterSequence: after, maxCount: maximumCount,
            maxBytes: maximumBytes)
        guard !isBroken, let page = try? store.fetch(fetch) else { return .failed }
        return .messages(page.submissions, last: page.lastSequence, hasMore: page.hasMore)
    }

    mutating func answer(_ query: StoreQuery, nowSeconds: UInt32) -> StoreAnswer {
        guard !isBroken else { return .failed }
        switch query {
        case .messages(let keys, let maximumBytes):
            let page = try! store.fetch(keys: keys.map(QueueKey.init), maxBytes: maximumBytes)
            return .messages(page.submissions, examined: page.examined)
        case .lookup(let keys):
            return .lookup(try! store.lookup(keys.map(QueueKey.init), nowSeconds: nowSeconds).map(StoredState.init))
        case .list(let recipient, let after, let count):
            let listing = store.list(QueueRecipient(recipient), afterSequence: after, maxCount: count)
            return .list(listing.entries.map(StoredMessage.init), hasMore: listing.hasMore)
        case .digests(let key, let recipients, let expiringAfterSeconds):
            return .digests(
                recipients.map {
                    StoredDigest(
                        store.digest(
                            of: QueueRecipient($0), key: key, expiringAfterSeconds: expiringAfterSeconds))
                })
        case .recipients(let cursor, let count):
            let page = store.recipients(from: cursor ?? .start, maxCount: count)
            return .recipients(page.recipients.map { UserID($0.recipient) }, next: page.next)
        case .tombstones(let cursor, let count):
            let page = try! store.tombstones(from: cursor ?? .start, maxCount: count, nowSeconds: nowSeconds)
            return .tombstones(page.tombstones.compactMap(StoredTombstone.init), next: page.next)
        }
    }

    mutating func markHandedOut(_ keys: [MessageKey]) { store.markHandedOut(keys.map(QueueKey.init)) }

    mutating func expire(nowSeconds: UInt32) { _ = try? store.expire(nowSeconds: nowSeconds) }
}

extension EngineEffect {
    /// Whether it is part of a commit.
    var isWrite: Bool { StoreWrite(self) != nil }
}
