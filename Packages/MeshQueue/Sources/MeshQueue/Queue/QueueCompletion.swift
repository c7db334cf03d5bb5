public import MeshQueueCore

/// The answer to one submission, by the token it was submitted with.
public enum QueueCompletion: Sendable {
    /// To `DurableQueue.submit`: one outcome per operation, on stable storage by now; or why nothing happened.
    case committed(token: UInt64, Result<[QueueOutcome], QueueError>)
    /// To `DurableQueue.submitFetch`.
    case fetched(token: UInt64, Result<QueuePage, QueueError>)
    /// To `DurableQueue.submitExpire`.
    case expired(token: UInt64, Result<QueueExpiry, QueueError>)
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
