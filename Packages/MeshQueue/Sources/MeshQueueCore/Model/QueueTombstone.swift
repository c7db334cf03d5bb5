/// A message that was removed, and is remembered.
public struct QueueTombstone: Sendable, Equatable {
    /// Which message.
    public var key: QueueKey
    /// What removed it.
    public var proof: QueueProof
    /// Until when it is remembered, in seconds since 1970.
    public var keepUntilSeconds: UInt32

    /// A message that was removed.
    public init(key: QueueKey, proof: QueueProof, keepUntilSeconds: UInt32) {
        self.key = key
        self.proof = proof
        self.keepUntilSeconds = keepUntilSeconds
    }
}

/// Part of the list of removed messages.
public struct QueueTombstonePage: Sendable, Equatable {
    /// Some of them, in an order of the store's own.
    public var tombstones: [QueueTombstone]
    /// Where to go on; nil at the end. What is remembered throughout the walk is listed exactly once.
    public var next: QueueTombstoneCursor?

    /// Part of the list of removed messages.
    public init(tombstones: [QueueTombstone], next: QueueTombstoneCursor?) {
        self.tombstones = tombstones
        self.next = next
    }
}

/// A place in the list of removed messages; valid for the directory that gave it, also after it was opened again.
public struct QueueTombstoneCursor: Sendable, Hashable {
    /// The last one listed; nil at the beginning.
    package var last: QueueKey?

    package init(last: QueueKey?) { self.last = last }

    /// The beginning of the list.
    public static let start = QueueTombstoneCursor(last: nil)
}
