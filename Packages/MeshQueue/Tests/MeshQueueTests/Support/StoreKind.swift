import Foundation
import MeshQueue
import MeshQueueCore
import Testing

/// Every store there is, for the contract suite.
enum StoreKind: CaseIterable, CustomTestStringConvertible {
    case memory, sqlite, durable

    /// Those that do all of `QueueStore`.
    static let full: [StoreKind] = [.memory]

    var testDescription: String { "\(self)" }

    /// A new, empty store of one of the `full` kinds.
    func makeFull(in directory: TemporaryDirectory, limits: QueueLimits = QueueLimits()) throws -> any QueueStore {
        guard let store = try make(in: directory, limits: limits) as? any QueueStore else { fatalError("\(self)") }
        return store
    }

    /// A new, empty store; `directory` must outlive it.
    func make(
        in directory: TemporaryDirectory, limits: QueueLimits = QueueLimits(),
        proofCheck: ProofCheck? = nil
    ) throws -> any BasicQueueStore {
        switch self {
        case .memory:
            MemoryQueueStore(limits: limits, proofCheck: proofCheck)
        case .sqlite:
            try SQLiteQueueStore(
                directory: directory.path, options: QueueOptions(limits: limits), proofCheck: proofCheck)
        case .durable:
            try BlockingQueue(
                directory: directory.path, options: QueueOptions(limits: limits), proofCheck: proofCheck)
        }
    }
}

/// A `DurableQueue`, used with tokens, as a store whose calls wait for their answers.
final class BlockingQueue: BasicQueueStore, @unchecked Sendable {
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

    init(directory: String, options: QueueOptions, proofCheck: ProofCheck? = nil) throws {
        let answers = Answers()
        self.answers = answers
        queue = try DurableQueue(
            directory: directory, options: options, proofCheck: proofCheck,
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
        case .commitFailed(let token, _), .fetched(let token, _), .expired(let token, _): [token]
        }
    }
}
