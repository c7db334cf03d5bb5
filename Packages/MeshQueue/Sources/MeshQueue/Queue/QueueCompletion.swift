public import MeshQueueCore

/// The answer to submissions, by the tokens they were submitted with.
public enum QueueCompletion: Sendable {
    /// To all `DurableQueue.submit` that became one commit, on stable storage by now: the commit's number
    /// (`QueueCommit.number`), and per submission its outcomes.
    case committed(number: UInt64, [QueueCommitAnswer])
    /// To a `DurableQueue.submit` of which nothing happened, and why.
    case commitFailed(token: UInt64, QueueError)
    /// To `DurableQueue.submitFetch` of a recipient's queue.
    case fetched(token: UInt64, Result<QueuePage, QueueError>)
    /// To `DurableQueue.submitFetch` by keys.
    case fetchedKeys(token: UInt64, Result<QueuePage, QueueError>)
    /// To `DurableQueue.submitLookup`: one answer per key.
    case lookedUp(token: UInt64, Result<[QueueLookup], QueueError>)
    /// To `DurableQueue.submitTombstones`.
    case tombstones(token: UInt64, Result<QueueTombstonePage, QueueError>)
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
