/// What a queue tells its operator, apart from answers.
public enum QueueReport: Sendable, Hashable {
    /// A message was found unreadable: until its bytes are read after all, it counts as not held, and a new copy takes its
    /// place. Told once when it is found.
    case damaged(QueueDamage)
    /// Part of a file of the store can't be read; what it held is missing. Told when it is found, once by the writer and once
    /// by the reader.
    case partLost(file: String, detail: String)
    /// Work in the background failed; it is tried again. Nothing is lost by it, but files grow meanwhile.
    case maintenanceFailed(QueueError)
}

/// Receives reports, on the queue's own threads.
public typealias QueueReportHandler = @Sendable (_ report: QueueReport) -> Void
