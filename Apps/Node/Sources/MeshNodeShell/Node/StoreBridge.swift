import Dispatch
import Logging
import MeshCrypto
import MeshNode
import MeshQueue
import NIOConcurrencyHelpers

/// The durable queue at the engine's side: submissions to it, its answers into the mailbox.
final class StoreBridge: Sendable {
    private let queue: DurableQueue
    private let heartbeats: Heartbeats
    private let mailbox: EngineMailbox<NodeEvent>

    /// Opens the store; takes less than a second a million messages.
    init(
        directory: String, mailbox: EngineMailbox<NodeEvent>, logger: Logger
    ) throws(QueueOpenError) {
        let heartbeats = Heartbeats()
        self.heartbeats = heartbeats
        self.mailbox = mailbox
        queue = try DurableQueue(
            directory: directory, options: QueueOptions(pageBytes: PageBuffer.self),
            completions: { Self.deliver($0, to: mailbox, heartbeats) },
            report: { report in
                Self.log(report, logger)
                guard case .damaged(let damage) = report, let id = damage.id else { return }
                let key = MessageKey(UserID(damage.recipient), SubmissionID(id))
                mailbox.post(.engine(.unreadable(key)))
            })
    }

    var totals: QueueTotals { queue.totals }

    /// Commits and answers what is pending; blocks.
    func close() { queue.close() }

    func commit(batch: UInt64, _ operations: [QueueOperation], nowSeconds: UInt32) {
        do {
            try queue.submit(operations, nowSeconds: nowSeconds, token: batch)
        } catch {
            mailbox.post(.commitFailed(batch: batch, error))
        }
    }

    func fetch(_ fetch: QueueFetch, token: UInt64) {
        do {
            try queue.submitFetch(fetch, token: token)
        } catch {
            mailbox.post(.fetched(token: token, .failure(error)))
        }
    }

    /// Answered through the mailbox: from memory at once, what takes the disk by the store's reader.
    func query(_ query: StoreQuery, token: UInt64, nowSeconds: UInt32) {
        do {
            switch query {
            case .messages(let keys, let maximumBytes):
                try queue.submitFetch(keys: keys.map(QueueKey.init), maxBytes: maximumBytes, token: token)
            case .lookup(let keys):
                try queue.submitLookup(keys.map(QueueKey.init), nowSeconds: nowSeconds, token: token)
            case .tombstones(let cursor, let count):
                try queue.submitTombstones(
                    from: cursor ?? .start, maxCount: count, nowSeconds: nowSeconds, token: token)
            case .list(let recipient, let after, let count):
                let listing = queue.list(QueueRecipient(recipient), afterSequence: after, maxCount: count)
                answer(token, .list(listing.entries.map(StoredMessage.init), hasMore: listing.hasMore))
            case .digests(let key, let recipients, let expiringAfterSeconds):
                let digests = recipients.map { recipient in
                    queue.digest(
                        of: QueueRecipient(recipient), key: key, expiringAfterSeconds: expiringAfterSeconds)
                }
                answer(token, .digests(digests.map(StoredDigest.init)))
            case .recipients(let cursor, let count):
                let page = queue.recipients(from: cursor ?? .start, maxCount: count)
                answer(token, .recipients(page.recipients.map { UserID($0.recipient) }, next: page.next))
            }
        } catch {
            answer(token, .failed)
        }
    }

    private func answer(_ token: UInt64, _ answer: StoreAnswer) {
        mailbox.post(.engine(.answered(token: token, answer)))
    }

    func markHandedOut(_ keys: [MessageKey]) { queue.markHandedOut(keys.map(QueueKey.init)) }

    /// Nobody waits for the answer; what isn't forgotten now is at the next call.
    func expire(nowSeconds: UInt32) { try? queue.submitExpire(nowSeconds: nowSeconds, token: 0) }

    private static func deliver(
        _ completions: [QueueCompletion], to mailbox: EngineMailbox<NodeEvent>, _ heartbeats: Heartbeats
    ) {
        mailbox.post(
            completions.compactMap { completion in
                switch completion {
                case .committed(let number, let answers):
                    let own = answers.filter { !isHeartbeat($0.token, heartbeats) }
                    return own.isEmpty ? nil : .committed(number: number, own)
                case .commitFailed(let token, let error):
                    return isHeartbeat(token, heartbeats) ? nil : .commitFailed(batch: token, error)
                case .fetched(let token, let result):
                    return isHeartbeat(token, heartbeats)
                        ? nil : .fetched(token: token, result.map(FetchedPage.init))
                case .fetchedKeys(let token, let result):
                    return .engine(.answered(token: token, StoreAnswer(result)))
                case .lookedUp(let token, let result):
                    return .engine(.answered(token: token, StoreAnswer(result)))
                case .tombstones(let token, let result):
                    return .engine(.answered(token: token, StoreAnswer(result)))
                case .expired: return nil
                }
            })
    }

    private static func isHeartbeat(_ token: UInt64, _ heartbeats: Heartbeats) -> Bool {
        guard Heartbeats.owns(token) else { return false }
        heartbeats.answer(token)
        return true
    }

    private static func log(_ report: QueueReport, _ logger: Logger) {
        switch report {
        case .damaged(let damage):
            logger.error(
                "a stored message can't be read: \(damage.detail)",
                metadata: [
                    "event": "message_damaged", "message": "\(damage.id.map { "\($0)" } ?? "")",
                    "recipient": "\(UserID(damage.recipient))", "sequence": "\(damage.sequence)",
                ])
        case .partLost(let file, let detail):
            logger.error(
                "part of the store can't be read: \(file): \(detail)", metadata: ["event": "store_part_lost"])
        case .maintenanceFailed(let error):
            logger.warning("housekeeping of the store failed: \(error)", metadata: ["event": "maintenance_failed"])
        }
    }
}

// Proof that both threads of the store move.
extension StoreBridge {
    /// How long to wait where the store has no room for another request; it may be busy and well.
    private static let retryMilliseconds = 500

    var writerHeartbeat: HeartbeatSource {
        HeartbeatSource(name: "store writer") { answer in self.beat(answer, Self.askWriter) }
    }

    var readerHeartbeat: HeartbeatSource {
        HeartbeatSource(name: "store reader") { answer in self.beat(answer, Self.askReader) }
    }

    private typealias Ask = @Sendable (DurableQueue, UInt64) throws(QueueError) -> Void

    /// A commit of nothing: it goes through the writer's thread and touches no disk.
    private static let askWriter: Ask = { queue, token throws(QueueError) in
        try queue.submit([], nowSeconds: 0, token: token)
    }

    /// A queue that nobody has.
    private static let askReader: Ask = { queue, token throws(QueueError) in
        let nobody = QueueFetch(recipient: QueueRecipient(UserID(trusted: Bytes32())), maxCount: 1, maxBytes: 1)
        try queue.submitFetch(nobody, token: token)
    }

    private func beat(_ answer: @escaping @Sendable () -> Void, _ ask: @escaping Ask) {
        let token = heartbeats.add(answer)
        do {
            try ask(queue, token)
        } catch {
            heartbeats.remove(token)
            guard case .tooManyPending = error else { return }
            DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Self.retryMilliseconds)) {
                self.beat(answer, ask)
            }
        }
    }
}

/// Heartbeats under way in the store, by tokens that no operation of the engine has.
private final class Heartbeats: Sendable {
    private static let mark: UInt64 = 1 << 63
    private let waiting = NIOLockedValueBox<(last: UInt64, answers: [UInt64: @Sendable () -> Void])>((mark, [:]))

    static func owns(_ token: UInt64) -> Bool { token & mark != 0 }

    func add(_ answer: @escaping @Sendable () -> Void) -> UInt64 {
        waiting.withLockedValue { waiting in
            waiting.last += 1
            waiting.answers[waiting.last] = answer
            return waiting.last
        }
    }

    func answer(_ token: UInt64) { remove(token)?() }

    @discardableResult
    func remove(_ token: UInt64) -> (@Sendable () -> Void)? {
        waiting.withLockedValue { $0.answers.removeValue(forKey: token) }
    }
}
