public import MeshCrypto

/// A message of a sender's order that has come in.
public struct Arrival: Hashable, Sendable {
    /// What kind of message, as far as a conversation has to know without its text.
    public enum Kind: UInt8, Hashable, Sendable {
        /// Words.
        case text = 1
        /// A profile.
        case profile = 2
        /// Something that this version doesn't know.
        case unknown = 3
    }

    /// The message's id.
    public let id: InnerID
    /// What it is.
    public let kind: Kind
    /// Its place.
    public let order: MessageOrder
    /// When it was sent, by the sender's clock, in milliseconds since 1970.
    public let sentAtMilliseconds: UInt64
    /// When it came in, by the own clock, in milliseconds since 1970.
    public let arrivedAtMilliseconds: UInt64

    /// Describes a message that came in.
    public init(
        id: InnerID, kind: Kind, order: MessageOrder, sentAtMilliseconds: UInt64, arrivedAtMilliseconds: UInt64
    ) {
        self.id = id
        self.kind = kind
        self.order = order
        self.sentAtMilliseconds = sentAtMilliseconds
        self.arrivedAtMilliseconds = arrivedAtMilliseconds
    }
}

/// Messages missing in a sender's order.
public struct Gap: Hashable, Sendable {
    /// How many are missing.
    public let missing: UInt64
    /// Whether there may be more: true if even the epoch in which they stood was never heard of.
    public let isAtLeast: Bool

    /// Describes a gap.
    public init(missing: UInt64, isAtLeast: Bool) {
        self.missing = missing
        self.isAtLeast = isAtLeast
    }
}
