public import MeshChat
public import MeshCrypto

/// One thing shown in a conversation.
public struct HistoryEntry: Hashable, Sendable {
    /// What is shown.
    public enum Content: Hashable, Sendable {
        /// A message of the peer; late if something that was sent after it was shown before.
        case received(ChatMessage, late: Bool)
        /// An own message, where it is, and once it was accepted, who held it then.
        case own(ChatMessage, OwnMessageState, Custody?)
        /// Messages of the peer that are missing here.
        case gap(Gap)
    }

    /// The other person.
    public let peer: UserID
    /// The place in the conversation, from 1.
    public let position: UInt64
    /// The message's id; nil for a gap.
    public let id: InnerID?
    /// When it was sent, by its sender's clock, in milliseconds since 1970; for a gap, when it was noticed.
    public let sentAtMilliseconds: UInt64
    /// When it came in or was written, by the own clock, in milliseconds since 1970.
    public let receivedAtMilliseconds: UInt64
    /// What is shown.
    public let content: Content

    /// The words, of whoever wrote them; nil for anything else.
    public var text: String? {
        switch content {
        case .received(let message, _), .own(let message, _, _):
            if case .text(let text) = message.event { text } else { nil }
        case .gap: nil
        }
    }
}

/// Something that has to be told once: printed, or shown on a screen.
public struct FeedItem: Hashable, Sendable {
    /// What happened.
    public enum Event: Hashable, Sendable {
        /// The entry is new.
        case shown
        /// The own message was stored by the recipient's program.
        case delivered
        /// The own message was seen.
        case read
    }

    /// For ``ChatStore/markPrinted(_:)``; grows.
    public let id: Int64
    /// What happened.
    public let event: Event
    /// To which entry.
    public let entry: HistoryEntry
}

/// An own message that has moved on.
public struct MessageProgress: Hashable, Sendable {
    /// To whom it was sent.
    public let peer: UserID
    /// The message.
    public let id: InnerID
    /// Where it is now.
    public let state: OwnMessageState
}
