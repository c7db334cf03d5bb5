public import MeshCrypto

/// All conversations of one user, in memory: for programs that keep no history, and for tests.
///
/// It knows who is a contact, drops what it has seen before, and runs the conversations' clocks. What it has seen is
/// forgotten with the process; a program that must show each message exactly once over restarts uses `MeshChatStore`,
/// which runs the same ``Conversation`` inside its transactions.
public struct Conversations: Sendable {
    private struct Key: Hashable {
        let sender: UserID
        let id: InnerID
    }

    /// Accepted contacts: only they are told what became of their messages.
    public var contacts: Set<UserID> = []
    /// Whether contacts are told what was stored.
    public var tellsDelivered = true
    /// Whether contacts are told what was seen.
    public var tellsRead = true
    /// The conversations by peer.
    public private(set) var all: [UserID: Conversation] = [:]
    /// Who is writing.
    public private(set) var typing = TypingWatch()
    private var seen: Set<Key> = []

    /// No conversation yet.
    public init() {}

    /// When ``onTick(now:)`` has something to do at the latest; nil if it never has.
    public var deadline: UInt64? {
        (all.values.compactMap(\.deadline) + [typing.deadline].compactMap { $0 }).min()
    }

    /// Takes in a message; see ``Conversation/onReceived(_:seenBefore:rules:now:)``.
    public mutating func onReceived(_ message: IncomingMessage, now: UInt64) -> [ConversationEffect] {
        let key = Key(sender: message.sender, id: message.id)
        let (seenBefore, rules) = (seen.contains(key), rules(for: message.sender))
        let effects = all[message.sender, default: Conversation(with: message.sender)].onReceived(
            message, seenBefore: seenBefore, rules: rules, now: now)
        for effect in effects { follow(effect, of: message, now: now) }
        return effects
    }

    /// Takes a place for an own event; see ``Conversation/onSend(_:in:)``.
    /// - Throws: ``ChatMessageError``; nothing is changed then.
    public mutating func onSend(
        _ event: ChatEvent, to peer: UserID, in start: SendingStart
    ) throws(ChatMessageError) -> OutgoingMessage {
        var conversation = all[peer] ?? Conversation(with: peer)
        let message = try conversation.onSend(event, in: start)
        all[peer] = conversation
        return message
    }

    /// The user has seen `ids`, up to `position`; see ``Conversation/onRead(upTo:ids:rules:now:)``.
    public mutating func onRead(_ peer: UserID, upTo position: UInt64, ids: [InnerID], now: UInt64) {
        let rules = rules(for: peer)
        all[peer]?.onRead(upTo: position, ids: ids, rules: rules, now: now)
    }

    /// Time has passed.
    /// - Returns: what to do, by peer in the order of their ids.
    public mutating func onTick(now: UInt64) -> [(peer: UserID, effects: [ConversationEffect])] {
        _ = typing.onTick(now: now)
        return all.keys.sorted().compactMap { peer in
            let effects = all[peer]?.onTick(now: now) ?? []
            return effects.isEmpty ? nil : (peer, effects)
        }
    }

    /// Every node that could hold something was asked.
    /// - Returns: what to do, by peer in the order of their ids.
    public mutating func onAllAsked() -> [(peer: UserID, effects: [ConversationEffect])] {
        all.keys.sorted().compactMap { peer in
            let effects = all[peer]?.onAllAsked() ?? []
            return effects.isEmpty ? nil : (peer, effects)
        }
    }

    private func rules(for peer: UserID) -> ReceiptRules {
        ReceiptRules(isContact: contacts.contains(peer), tellsDelivered: tellsDelivered, tellsRead: tellsRead)
    }

    private mutating func follow(_ effect: ConversationEffect, of message: IncomingMessage, now: UInt64) {
        switch effect {
        case .record:
            seen.insert(Key(sender: message.sender, id: message.id))
            _ = typing.onMessage(from: message.sender, sentAtMilliseconds: message.sentAtMilliseconds)
        case .typing(let sentAt):
            _ = typing.onTyping(from: message.sender, sentAtMilliseconds: sentAt, now: now)
        default: break
        }
    }
}
