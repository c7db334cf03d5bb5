/// What became of one operation. It is told only once the batch is on stable storage.
public enum QueueOutcome: Sendable, Hashable {
    /// Append: it is held, at this place in the order of arrival (larger is later; numbers are never used twice).
    case stored(sequence: UInt64)
    /// Append: it was removed within the same commit, so its payload was never written; the tombstone was.
    case storedAndRemoved
    /// Append: a message of this id is held for this recipient already; nothing changed.
    case duplicate
    /// Append or remove: a message of this id was removed from this queue before and is still remembered; nothing
    /// changed.
    case removedBefore
    /// Append: the recipient's queue is at a limit; nothing changed.
    case recipientFull(QueueQuota)
    /// Append: its expiry has passed; nothing changed.
    case expired
    /// Append: more bytes than a message may have; nothing changed.
    case payloadTooLarge(byteCount: Int, limit: Int)

    /// Remove: it is gone, and its id is remembered.
    case removed
    /// Remove: it isn't held, and its id is remembered from now on, so that a copy that comes later is `removedBefore`.
    case remembered
    /// Release: it is gone, and nothing remembers it.
    case released
    /// Release: no such message is held. Remove: neither is it held, nor has it to be remembered, as that time is past.
    /// Nothing changed.
    case notHeld
}

/// Which limit of a recipient's queue was hit, and what it is.
public enum QueueQuota: Sendable, Hashable {
    /// As many messages as allowed.
    case messages(limit: Int)
    /// No room for this payload within the bytes allowed.
    case bytes(limit: Int)
}

extension QueueOutcome: CustomStringConvertible {
    /// What happened, in words for a person.
    public var description: String {
        switch self {
        case .stored(let sequence): "stored as number \(sequence)"
        case .storedAndRemoved: "stored and removed within one commit"
        case .duplicate: "already held"
        case .removedBefore: "was removed before and is not taken again"
        case .recipientFull(.messages(let limit)): "the recipient's queue holds its \(limit) messages; try again later"
        case .recipientFull(.bytes(let limit)):
            "the recipient's queue has no room within \(limit) bytes; try again later"
        case .expired: "its expiry has passed"
        case .payloadTooLarge(let byteCount, let limit): "\(byteCount) bytes are more than the \(limit) allowed"
        case .removed: "removed"
        case .remembered: "not held, and not to be taken from now on"
        case .released: "released"
        case .notHeld: "not held"
        }
    }
}
