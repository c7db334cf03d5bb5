/// What a store knows of an id.
public enum QueueLookup: Sendable, Equatable {
    /// It is held.
    ///
    /// - Parameters:
    ///   - sequence: Its place in the order of arrival.
    ///   - expirySeconds: When it may be dropped, in seconds since 1970.
    ///   - byteCount: Bytes of its payload.
    ///   - isHandedOut: Whether it was marked by `markHandedOut`, or was there already when the store was opened.
    case held(sequence: UInt64, expirySeconds: UInt32, byteCount: Int, isHandedOut: Bool)
    /// It was removed, by this proof, and is remembered until then.
    case removed(proof: QueueProof, keepUntilSeconds: UInt32)
    /// There is a copy, and its bytes could not be read when they were last wanted: a new copy takes its place.
    case unreadable
    /// Neither.
    case unknown
}

/// A held message without its payload.
public struct QueueListEntry: Sendable, Hashable {
    /// Its name.
    public var id: QueueItemID
    /// Its place in the order of arrival.
    public var sequence: UInt64
    /// When it may be dropped, in seconds since 1970.
    public var expirySeconds: UInt32
    /// Bytes of its payload.
    public var byteCount: Int

    /// A held message without its payload.
    public init(id: QueueItemID, sequence: UInt64, expirySeconds: UInt32, byteCount: Int) {
        self.id = id
        self.sequence = sequence
        self.expirySeconds = expirySeconds
        self.byteCount = byteCount
    }
}

/// Part of the list of a recipient's messages.
public struct QueueListing: Sendable, Hashable {
    /// Messages in order of arrival. To go on, give the last one's sequence as `afterSequence`.
    public var entries: [QueueListEntry]
    /// Whether more follow.
    public var hasMore: Bool

    /// Part of the list of a recipient's messages.
    public init(entries: [QueueListEntry], hasMore: Bool) {
        self.entries = entries
        self.hasMore = hasMore
    }
}
