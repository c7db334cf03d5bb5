/// What a store admits per message and per recipient.
public struct QueueLimits: Sendable, Hashable {
    /// Most messages queued for one recipient.
    public var messagesPerRecipient: Int
    /// Most payload bytes queued for one recipient.
    public var bytesPerRecipient: Int
    /// Most bytes of one payload, at most `QueueLimits.maximumPayloadBytes`.
    public var payloadBytes: Int

    /// 65,535: what one message of a link can carry, and what fits a length of two bytes in index and chunk.
    public static let maximumPayloadBytes = 65_535
    /// 10,000: a busy correspondent's two weeks (700 a day), at 60 bytes of index memory each 600 kB per recipient.
    public static let defaultMessagesPerRecipient = 10_000
    /// 64 MiB: the same 10,000 messages at the middle envelope size, or a thousand of the largest.
    public static let defaultBytesPerRecipient = 64 << 20

    /// Limits; each has the documented default.
    ///
    /// - Precondition: none is negative, and `payloadBytes ≤ maximumPayloadBytes`.
    public init(
        messagesPerRecipient: Int = defaultMessagesPerRecipient,
        bytesPerRecipient: Int = defaultBytesPerRecipient,
        payloadBytes: Int = maximumPayloadBytes
    ) {
        precondition(messagesPerRecipient >= 0 && bytesPerRecipient >= 0 && payloadBytes >= 0)
        precondition(payloadBytes <= Self.maximumPayloadBytes)
        self.messagesPerRecipient = messagesPerRecipient
        self.bytesPerRecipient = bytesPerRecipient
        self.payloadBytes = payloadBytes
    }

    /// The limit that one more message of `byteCount` bytes would break, given what is held; nil if it fits.
    package func quotaBroken(by byteCount: Int, heldMessages: Int, heldBytes: Int) -> QueueQuota? {
        if heldMessages >= messagesPerRecipient { return .messages(limit: messagesPerRecipient) }
        if heldBytes + byteCount > bytesPerRecipient { return .bytes(limit: bytesPerRecipient) }
        return nil
    }
}

/// Bounds of one call, so that no single one holds a store for long.
public enum QueueBounds {
    /// 4,096 messages expired a call: some milliseconds of work on the writer.
    public static let expiredPerCall = 4_096
    /// 262,144 messages looked at a call: about a millisecond of memory traffic.
    public static let inspectedPerCall = 262_144
    /// 16 MiB, the most payload bytes of one fetch whatever was asked for: one buffer, one allocation.
    public static let fetchBytes = 16 << 20
    /// 4,096, the most items of one fetch whatever was asked for.
    public static let fetchItems = 4_096
}
