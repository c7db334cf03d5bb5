public import MeshCrypto

/// A message from an opened envelope: who wrote it is proven, what it says isn't looked at yet.
public struct IncomingMessage: Hashable, Sendable {
    /// The secret that stood inside the envelope, for the sender; nil where it isn't to be told.
    public let secret: ProofSecret?
    /// The proven sender.
    public let sender: UserID
    /// The sender's random id of the message.
    public let id: InnerID
    /// When it was sent, by the sender's clock, in milliseconds since 1970.
    public let sentAtMilliseconds: UInt64
    /// The envelope's body.
    public let body: [UInt8]

    /// Takes over what an envelope held.
    public init(
        sender: UserID, id: InnerID, sentAtMilliseconds: UInt64, body: [UInt8], secret: ProofSecret? = nil
    ) {
        self.secret = secret
        self.sender = sender
        self.id = id
        self.sentAtMilliseconds = sentAtMilliseconds
        self.body = body
    }
}

/// What has to be done after a conversation took something in. To be carried out in order, and all of them in one
/// transaction together with the conversation's new state.
public enum ConversationEffect: Hashable, Sendable {
    /// Nothing happened, for this reason.
    case ignored(InnerID, IgnoredReason)
    /// Write this message down. It is not shown before ``show(_:position:late:)`` says so.
    case record(Arrival, ChatMessage)
    /// Show this recorded message at this position of the conversation; late if its place was passed before.
    case show(InnerID, position: UInt64, late: Bool)
    /// Show that messages are missing at this position.
    case showGap(Gap, position: UInt64)
    /// Show the peer as this recorded message says.
    case adoptProfile(InnerID)
    /// Move own messages on, where they went to this peer and aren't further already.
    case advance([InnerID], to: OwnMessageState)
    /// The peer has shown a secret for this own message: if it is that from inside an envelope in which the message went
    /// to this peer, it proves that this envelope was opened.
    case prove(InnerID, ProofSecret)
    /// The peer is writing.
    case typing(sentAtMilliseconds: UInt64)
    /// Send this receipt to the peer, as a message outside of the order.
    case sendReceipt(Receipt)
}

/// Why a message changed nothing.
public enum IgnoredReason: Hashable, Sendable {
    /// It was recorded before.
    case duplicate
    /// It is no message of chat protocol 1.
    case undecodable(ChatMessageError)
    /// It is an event of a later version that stands outside of the order, so nobody would miss it.
    case unknownAside
}

/// An own message for the peer, with its place.
public struct OutgoingMessage: Hashable, Sendable {
    /// What to seal.
    public let message: ChatMessage
    /// Where to show it; nil for what isn't shown in a conversation.
    public let position: UInt64?
}
