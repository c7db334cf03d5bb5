public import MeshQueueCore

/// The answer to submissions, by the tokens they were submitted with.
public enum QueueCompletion: Sendable {
    /// To all `DurableQueue.submit` that became one commit, on stable storage by now: the commit's number
    /// (`QueueCommit.number`), and per submission its outcomes.
    case committed(number: UInt64, [QueueCommitAnswer])
    /// To a `DurableQueue.submit` of which nothing happened, and why.
    case commitFailed(token: UInt64, QueueError)
    /// To `DurableQueue.submitFetch`.
    case fetched(token: UInt64, Result<QueuePage, QueueError>)
    /// To `DurableQueue.submitExpire`.
    case expired(token: UInt64, Result<QueueExpiry, QueueError>)
}

/// What became of one submission within a commit.
public struct QueueCommitAnswer: Sendable, Hashable {
    /// The token it was submitted with.
    public var token: UInt64
    /// One outcome per operation.
    public var outcomes: [QueueOutcome]

    /// What became of one submission.
    public init(token: UInt64, outcomes: [QueueOutcome]) {
        self.token = token
        self.outcomes = outcomes
    }
}

/// Receives every answer that is ready at one moment: once per commit, once per round of reads. Called on the queue's
/// own threads, never two calls at a time from one thread; hand over and return, the disk waits meanwhile.
public typealias QueueCompletionHandler = @Sendable (_ completions: [QueueCompletion]) -> Void

/// What a queue tells its operator, apart from answers.
public enum QueueReport: Sendable, Hashable {
    /// A message was found unreadable. Told once per read that met it.
    case damaged(QueueDamage)
    /// Work in the background failed; it is tried again. Nothing is lost by it, but files grow meanwhile.
    case maintenanceFailed(QueueError)
}

/// Receives reports, on the queue's own threads.
public typealias QueueReportHandler = @Sendable (_ report: QueueReport) -> Void
