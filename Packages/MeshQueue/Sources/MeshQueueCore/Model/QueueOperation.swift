/// One thing a store is asked to do. A batch of them is committed as one.
public enum QueueOperation: Sendable {
    /// Queue a message.
    case append(QueueAppend)
    /// Take a message out, for good; or, if it isn't held, remember that it is not to be taken.
    case remove(QueueRemoval)
    /// Drop a message without remembering it: it is in good hands elsewhere.
    case release(QueueKey)
}

/// A message to be queued for `recipient`.
public struct QueueAppend: Sendable {
    /// Whose queue.
    public var recipient: QueueRecipient
    /// Its name within that queue.
    public var id: QueueItemID
    /// When it may be dropped, in seconds since 1970; refused as `expired` from that second on.
    public var expirySeconds: UInt32
    /// Its bytes, at most `QueueLimits.maximumPayloadBytes`.
    public var payload: any QueuePayload

    /// A message to be queued.
    public init(recipient: QueueRecipient, id: QueueItemID, expirySeconds: UInt32, payload: any QueuePayload) {
        self.recipient = recipient
        self.id = id
        self.expirySeconds = expirySeconds
        self.payload = payload
    }
}

/// A message to be removed, and what allows it. The caller has verified the proof; to the store it is opaque.
public struct QueueRemoval: Sendable {
    /// Whose queue.
    public var recipient: QueueRecipient
    /// Its name within that queue.
    public var id: QueueItemID
    /// What allows it: kept with the tombstone, so that it can be shown to others.
    public var proof: QueueProof
    /// Until when the id is remembered (a tombstone), in seconds since 1970. Choose it no earlier than any copy of the
    /// message can still turn up; until then the id is refused as `removedBefore`.
    public var keepUntilSeconds: UInt32

    /// A message to be removed.
    public init(recipient: QueueRecipient, id: QueueItemID, proof: QueueProof, keepUntilSeconds: UInt32) {
        self.recipient = recipient
        self.id = id
        self.proof = proof
        self.keepUntilSeconds = keepUntilSeconds
    }
}

extension QueueOperation {
    /// Shorthand for `.append(QueueAppend(…))`.
    public static func append(
        recipient: QueueRecipient, id: QueueItemID, expirySeconds: UInt32, payload: any QueuePayload
    ) -> QueueOperation {
        .append(QueueAppend(recipient: recipient, id: id, expirySeconds: expirySeconds, payload: payload))
    }

    /// Shorthand for `.release(QueueKey(…))`.
    public static func release(recipient: QueueRecipient, id: QueueItemID) -> QueueOperation {
        .release(QueueKey(recipient: recipient, id: id))
    }

    /// Shorthand for `.remove(QueueRemoval(…))`.
    public static func remove(
        recipient: QueueRecipient, id: QueueItemID, proof: QueueProof, keepUntilSeconds: UInt32
    ) -> QueueOperation {
        .remove(QueueRemoval(recipient: recipient, id: id, proof: proof, keepUntilSeconds: keepUntilSeconds))
    }
}
