public import MeshCrypto

/// What two people say to each other, seen from one of them: a value that takes in what happens and says what to do.
///
/// It holds no texts, only what order, receipts and counts need. Positions number everything that is shown, in both
/// directions, from 1. Time and random numbers come in; whether a message was recorded before, and which messages a
/// position covers, is looked up by the caller, who keeps them (see `MeshChatStore`).
///
/// The state is durable as a whole (``record``): store it in the same transaction that carries out the effects.
public struct Conversation: Hashable, Sendable {
    /// The other person.
    public let peer: UserID
    /// The order of the peer's messages.
    public internal(set) var incoming = SenderOrder()
    /// The order of own messages.
    public internal(set) var outgoing = SendingOrder()
    /// The position that was given out last; 0 if nothing is shown yet.
    public internal(set) var lastPosition: UInt64 = 0
    /// Everything up to this position has been seen.
    public internal(set) var readUpTo: UInt64 = 0
    /// How many messages of the peer are shown and not seen.
    public internal(set) var unread: UInt64 = 0
    /// When the profile that is shown was sent, by the peer's clock, in milliseconds since 1970.
    var profileSentAt: UInt64 = 0
    var receipts = PendingReceipts()

    /// A conversation in which nothing was said yet.
    public init(with peer: UserID) {
        self.peer = peer
    }

    /// When ``onTick(now:)`` has something to do at the latest, in milliseconds since 1970; nil if it never has.
    public var deadline: UInt64? {
        [incoming.deadline, receipts.deadline].compactMap { $0 }.min()
    }

    /// Takes a place for an own event.
    /// - Returns: the message to seal, and where it is shown.
    /// - Throws: ``ChatMessageError`` if the event breaks a limit; nothing is changed then.
    public mutating func onSend(
        _ event: ChatEvent, in start: SendingStart
    ) throws(ChatMessageError) -> OutgoingMessage {
        guard event.isOrdered != false else {
            return OutgoingMessage(message: try ChatMessage(event, order: nil), position: nil)
        }
        var order = outgoing
        let message = try ChatMessage(event, order: order.next(in: start))
        outgoing = order
        guard case .text = event else { return OutgoingMessage(message: message, position: nil) }
        return OutgoingMessage(message: message, position: takePosition())
    }

    /// The user has seen everything up to `position`.
    /// - Parameters:
    ///   - ids: the peer's texts and unknown events at positions above ``readUpTo`` up to `position`.
    ///   - rules: what the peer may be told.
    public mutating func onRead(upTo position: UInt64, ids: [InnerID], rules: ReceiptRules, now: UInt64) {
        guard position > readUpTo else { return }
        readUpTo = min(position, lastPosition)
        unread -= min(unread, UInt64(ids.count))
        if rules.allows(.read) { receipts.add(.read, ids, now: now) }
    }

    /// Time has passed: ends waits that are over, and sends receipts that are due.
    public mutating func onTick(now: UInt64) -> [ConversationEffect] {
        let released = show(incoming.onTick(now: now))
        return receipts.isDue(now: now) ? released + sendReceipts() : released
    }

    /// Every node that could hold something was asked: ends all waits, and sends all receipts.
    public mutating func onAllAsked() -> [ConversationEffect] {
        show(incoming.onAllAsked()) + sendReceipts()
    }

    /// The peer is no contact any more: what it wasn't told yet, it isn't told.
    public mutating func onContactRemoved() {
        receipts = PendingReceipts()
    }

    /// Everything recorded was deleted. Order and positions go on; what was held is gone, and counts as given up.
    public mutating func onHistoryDeleted() {
        _ = incoming.onAllAsked()
        unread = 0
        readUpTo = lastPosition
    }

    mutating func takePosition() -> UInt64 {
        lastPosition += 1
        return lastPosition
    }

    private mutating func sendReceipts() -> [ConversationEffect] {
        receipts.takeAll().map { .sendReceipt($0) }
    }
}
