import MeshQueueCore

/// Where an answer goes.
enum Reply<Answer: Sendable>: Sendable {
    /// To the completion handler, with this token.
    case token(UInt64)
    /// To a task that waits.
    case continuation(CheckedContinuation<Result<Answer, QueueError>, Never>)
}

/// What the writer is asked for.
enum WriteRequest: Sendable {
    case commit(LogSubmission, Reply<QueueCommit>)
    case expire(nowSeconds: UInt32, Reply<QueueExpiry>)
}

/// What the reader is asked for.
enum ReadRequest: Sendable {
    case fetch(QueueFetch, Reply<QueuePage>)
    case fetchKeys([QueueKey], maxBytes: Int, Reply<QueuePage>)
    case lookup([QueueKey], nowSeconds: UInt32, Reply<[QueueLookup]>)
    case tombstones(QueueTombstoneCursor, maxCount: Int, nowSeconds: UInt32, Reply<QueueTombstonePage>)

    /// Payload bytes that the answer may have, at most.
    var byteCount: Int {
        switch self {
        case .fetch(let fetch, _): max(0, min(fetch.maxBytes, QueueBounds.fetchBytes))
        case .fetchKeys(_, let maxBytes, _): max(0, min(maxBytes, QueueBounds.fetchBytes))
        case .lookup, .tombstones: 0
        }
    }
}

/// Answers of one round, delivered together.
struct AnswerBatch {
    private var completions: [QueueCompletion] = []

    /// Adds an answer: a task is resumed now, a token goes out with `deliver`.
    mutating func add<Answer>(
        _ result: Result<Answer, QueueError>, to reply: Reply<Answer>,
        as completion: (UInt64, Result<Answer, QueueError>) -> QueueCompletion
    ) {
        switch reply {
        case .token(let token): completions.append(completion(token, result))
        case .continuation(let continuation): continuation.resume(returning: result)
        }
    }

    /// Adds the answers to the submissions of one commit.
    mutating func add(number: UInt64, outcomes: [[QueueOutcome]], to replies: [Reply<QueueCommit>]) {
        var answers: [QueueCommitAnswer] = []
        for (outcomes, reply) in zip(outcomes, replies) {
            switch reply {
            case .token(let token): answers.append(QueueCommitAnswer(token: token, outcomes: outcomes))
            case .continuation(let continuation):
                continuation.resume(returning: .success(QueueCommit(number: number, outcomes: outcomes)))
            }
        }
        if !answers.isEmpty { completions.append(.committed(number: number, answers)) }
    }

    /// Adds the answer to a submission that wasn't committed.
    mutating func add(_ error: QueueError, to reply: Reply<QueueCommit>) {
        switch reply {
        case .token(let token): completions.append(.commitFailed(token: token, error))
        case .continuation(let continuation): continuation.resume(returning: .failure(error))
        }
    }

    /// Calls the handler once, if there is anything for it.
    mutating func deliver(to handler: QueueCompletionHandler) {
        guard !completions.isEmpty else { return }
        handler(completions)
        completions.removeAll(keepingCapacity: true)
    }
}
