/// A request for the oldest messages of a recipient.
public struct QueueFetch: Sendable, Hashable {
    /// Whose queue.
    public var recipient: QueueRecipient
    /// Only messages with a larger sequence; 0 starts at the oldest.
    public var afterSequence: UInt64
    /// Most items wanted (held to `QueueBounds.fetchItems`).
    public var maxCount: Int
    /// Most payload bytes wanted (held to `QueueBounds.fetchBytes`); the first message comes even if it is larger.
    public var maxBytes: Int

    /// A request for the oldest messages of a recipient.
    public init(recipient: QueueRecipient, afterSequence: UInt64 = 0, maxCount: Int = 100, maxBytes: Int = 1 << 20) {
        self.recipient = recipient
        self.afterSequence = afterSequence
        self.maxCount = maxCount
        self.maxBytes = maxBytes
    }
}

/// One message of a `QueuePage`.
public struct QueueItem: Sendable, Hashable {
    /// Whose queue it is in.
    public var recipient: QueueRecipient
    /// Its name.
    public var id: QueueItemID
    /// Its place in the order of arrival.
    public var sequence: UInt64
    /// When it may be dropped, in seconds since 1970. A fetch shows what is held, expired or not.
    public var expirySeconds: UInt32
    /// Where its payload lies in `QueuePage.bytes`.
    public var range: Range<Int>

    /// One message of a page.
    public init(
        recipient: QueueRecipient, id: QueueItemID, sequence: UInt64, expirySeconds: UInt32, range: Range<Int>
    ) {
        self.recipient = recipient
        self.id = id
        self.sequence = sequence
        self.expirySeconds = expirySeconds
        self.range = range
    }
}

/// A message that is held and can't be read back: its bytes on disk are not those that were written.
public struct QueueDamage: Sendable, Hashable {
    /// Whose queue.
    public var recipient: QueueRecipient
    /// Its place in the order of arrival.
    public var sequence: UInt64
    /// Its name; nil if that can't be read either.
    public var id: QueueItemID?
    /// What is wrong, for a person.
    public var detail: String

    /// A message that can't be read back.
    public init(recipient: QueueRecipient, sequence: UInt64, id: QueueItemID?, detail: String) {
        self.recipient = recipient
        self.sequence = sequence
        self.id = id
        self.detail = detail
    }
}

/// The answer to a fetch: items in order of arrival, or of the keys asked for; their payloads in one buffer.
public struct QueuePage: Sendable {
    /// The messages, oldest first.
    public var items: [QueueItem]
    /// Holds every payload at its item's `range`. What lies between ranges means nothing.
    public var bytes: any QueuePageBytes
    /// Messages that should stand between the items and can't be read.
    public var damaged: [QueueDamage]
    /// What to give as `afterSequence` to go on: the largest sequence looked at, damaged ones included. Without meaning
    /// in the answer to a fetch by keys.
    public var lastSequence: UInt64
    /// How many messages, or keys, were looked at, damaged ones and keys of nothing included.
    public var examined: Int
    /// Whether more wait behind those.
    public var hasMore: Bool

    /// An answer.
    public init(
        items: [QueueItem], bytes: any QueuePageBytes, damaged: [QueueDamage] = [], lastSequence: UInt64,
        examined: Int = 0,
        hasMore: Bool
    ) {
        self.items = items
        self.bytes = bytes
        self.damaged = damaged
        self.lastSequence = lastSequence
        self.examined = examined
        self.hasMore = hasMore
    }

    /// The payload of `item`: a slice of `bytes` where that is an array, else a copy.
    public func payload(of item: QueueItem) -> ArraySlice<UInt8> {
        if let bytes = bytes as? [UInt8] { return bytes[item.range] }
        return bytes.withPageBytes { ArraySlice($0[item.range]) }
    }
}
