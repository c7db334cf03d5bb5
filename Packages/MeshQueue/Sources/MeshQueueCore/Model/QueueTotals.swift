/// How much a store holds, or one recipient's queue.
public struct QueueTotals: Sendable, Hashable {
    /// Recipients with at least one message.
    public var recipients: Int
    /// Messages.
    public var messages: Int
    /// Payload bytes.
    public var bytes: Int

    /// How much is held.
    public init(recipients: Int = 0, messages: Int = 0, bytes: Int = 0) {
        self.recipients = recipients
        self.messages = messages
        self.bytes = bytes
    }
}

/// A recipient and how much is queued for it.
public struct QueueRecipientTotals: Sendable, Hashable {
    /// Who.
    public var recipient: QueueRecipient
    /// Messages queued.
    public var messages: Int
    /// Payload bytes queued.
    public var bytes: Int

    /// A recipient and how much is queued for it.
    public init(recipient: QueueRecipient, messages: Int, bytes: Int) {
        self.recipient = recipient
        self.messages = messages
        self.bytes = bytes
    }
}

/// Part of the list of recipients.
public struct QueueRecipientPage: Sendable, Hashable {
    /// Some recipients, in no particular order.
    public var recipients: [QueueRecipientTotals]
    /// Where to go on; nil at the end. Who has messages throughout the walk is listed exactly once.
    public var next: QueueRecipientCursor?

    /// Part of the list of recipients.
    public init(recipients: [QueueRecipientTotals], next: QueueRecipientCursor?) {
        self.recipients = recipients
        self.next = next
    }
}

/// A place in the list of recipients; valid for the store that gave it, until that is closed.
public struct QueueRecipientCursor: Sendable, Hashable {
    package var position: Int

    package init(position: Int) { self.position = position }

    /// The beginning of the list.
    public static let start = QueueRecipientCursor(position: 0)
}

/// What one call of `expire` did.
public struct QueueExpiry: Sendable, Hashable {
    /// Messages dropped.
    public var messages: Int
    /// Whether nothing expired is left; if not, call again.
    public var isComplete: Bool

    /// What one call of `expire` did.
    public init(messages: Int, isComplete: Bool) {
        self.messages = messages
        self.isComplete = isComplete
    }
}
