import Foundation
import MeshQueue
import MeshQueueCore
import MeshQueueTesting
import Testing

/// Every store there is, for the contract suite.
enum StoreKind: CaseIterable, CustomTestStringConvertible {
    case memory, log, durable

    var testDescription: String { "\(self)" }

    /// A new, empty store; `directory` must outlive it.
    func make(
        in directory: TemporaryDirectory, limits: QueueLimits = QueueLimits()
    ) throws -> any QueueStore {
        switch self {
        case .memory:
            MemoryQueueStore(limits: limits)
        case .log:
            try LogQueueStore(
                disk: FaultyDisk(seed: 1), options: .small(limits: limits), random: 1)
        case .durable:
            try BlockingQueue(
                directory: directory.path, options: QueueOptions(limits: limits))
        }
    }
}

/// A `DurableQueue`, used with tokens, as a store whose calls wait for their answers.
final class BlockingQueue: QueueStore, @unchecked Sendable {
    let queue: DurableQueue
    private let answers: Answers

    private final class Answers: @unchecked Sendable {
        let condition = NSCondition()
        var byToken: [UInt64: QueueCompletion] = [:]
        var nextToken: UInt64 = 0
        var deliveries = 0

        func receive(_ completions: [QueueCompletion]) {
            condition.withLock {
                deliveries += 1
                for completion in completions {
                    for token in completion.tokens { byToken[token] = completion }
                }
                condition.broadcast()
            }
        }

        func takeToken() -> UInt64 {
            condition.withLock {
                nextToken += 1
                return nextToken
            }
        }

        func wait(for token: UInt64) -> QueueCompletion {
            condition.withLock {
                while true {
                    if let completion = byToken.removeValue(forKey: token) { return completion }
                    condition.wait()
                }
            }
        }
    }

    init(directory: String, options: QueueOptions) throws {
        let answers = Answers()
        self.answers = answers
        queue = try DurableQueue(
            directory: directory, options: options,
            completions: { answers.receive($0) })
    }

    /// How often the handler was called.
    var deliveries: Int { answers.condition.withLock { answers.deliveries } }

    func commit(_ operations: [QueueOperation], nowSeconds: UInt32) throws(QueueError) -> QueueCommit {
        let token = answers.takeToken()
        try queue.submit(operations, nowSeconds: nowSeconds, token: token)
        switch answers.wait(for: token) {
        case .committed(let number, let answers):
            return QueueCommit(number: number, outcomes: answers.first { $0.token == token }!.outcomes)
        case .commitFailed(_, let error): throw error
        default: fatalError("another answer")
        }
    }

    func fetch(_ fetch: QueueFetch) throws(QueueError) -> QueuePage {
        let token = answers.takeToken()
        try queue.submitFetch(fetch, token: token)
        guard case .fetched(_, let result) = answers.wait(for: token) else { fatalError("another answer") }
        return try result.get()
    }

    func fetch(keys: [QueueKey], maxBytes: Int) throws(QueueError) -> QueuePage {
        let token = answers.takeToken()
        try queue.submitFetch(keys: keys, maxBytes: maxBytes, token: token)
        guard case .fetchedKeys(_, let result) = answers.wait(for: token) else { fatalError("another answer") }
        return try result.get()
    }

    func lookup(_ keys: [QueueKey], nowSeconds: UInt32) throws(QueueError) -> [QueueLookup] {
        let token = answers.takeToken()
        try queue.submitLookup(keys, nowSeconds: nowSeconds, token: token)
        guard case .lookedUp(_, let result) = answers.wait(for: token) else { fatalError("another answer") }
        return try result.get()
    }

    func tombstones(
        from cursor: QueueTombstoneCursor, maxCount: Int, nowSeconds: UInt32
    ) throws(QueueError) -> QueueTombstonePage {
        let token = answers.takeToken()
        try queue.submitTombstones(from: cursor, maxCount: maxCount, nowSeconds: nowSeconds, token: token)
        guard case .tombstones(_, let result) = answers.wait(for: token) else { fatalError("another answer") }
        return try result.get()
    }

    func list(_ recipient: QueueRecipient, afterSequence: UInt64, maxCount: Int) -> QueueListing {
        queue.list(recipient, afterSequence: afterSequence, maxCount: maxCount)
    }

    func digest(of recipient: QueueRecipient, key: UInt64, expiringAfterSeconds: UInt32) -> QueueDigest {
        queue.digest(of: recipient, key: key, expiringAfterSeconds: expiringAfterSeconds)
    }

    func markHandedOut(_ keys: [QueueKey]) { queue.markHandedOut(keys) }

    func expire(nowSeconds: UInt32) throws(QueueError) -> QueueExpiry {
        let token = answers.takeToken()
        try queue.submitExpire(nowSeconds: nowSeconds, token: token)
        guard case .expired(_, let result) = answers.wait(for: token) else { fatalError("another answer") }
        return try result.get()
    }

    var totals: QueueTotals { queue.totals }

    func totals(of recipient: QueueRecipient) -> QueueTotals { queue.totals(of: recipient) }

    func recipients(from cursor: QueueRecipientCursor, maxCount: Int) -> QueueRecipientPage {
        queue.recipients(from: cursor, maxCount: maxCount)
    }
}

extension QueueCompletion {
    /// The tokens of the submissions that this answers.
    var tokens: [UInt64] {
        switch self {
        case .committed(_, let answers): answers.map(\.token)
        case .commitFailed(let token, _), .fetched(let token, _), .expired(let token, _), .lookedUp(let token, _),
            .fetchedKeys(let token, _), .tombstones(let token, _):
            [token]
        }
    }
}

extension LogOptions {
    /// Segments of 16 KiB and folds of 2 KiB, so that a few hundred messages go through all there is.
    static func small(limits: QueueLimits = QueueLimits()) -> LogOptions {
        LogOptions(
            limits: limits, smallestSegmentBytes: 16 << 10, largestSegmentBytes: 64 << 10,
            tombstoneBytesPerFold: 2 << 10)
    }
}
