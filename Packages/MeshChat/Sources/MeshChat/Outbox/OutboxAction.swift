/// What the outbox wants done.
public enum OutboxAction: Hashable, Sendable {
    /// Give this submission to the link. Its bytes are those that were kept.
    case submit(OutboxItem)
    /// Keep this item's new state: it is final, or a try failed.
    case keep(OutboxItem)
}

/// What a node's refusal means for a submission.
public enum OutboxRefusal: Hashable, Sendable {
    /// Try again, not before so many milliseconds (0 if the node named no time).
    case later(afterMilliseconds: UInt64)
    /// Never try again.
    case final(code: UInt16, reason: String)
}
