public import MeshChat
public import MeshCrypto

/// Somebody this user has to do with: a contact, or a stranger who wrote or was written to.
public struct Person: Hashable, Sendable {
    /// The person's id.
    public let id: UserID
    /// Whether the user has added this person; nil for strangers, else what was given.
    public let contact: Contact?
    /// How the person wants to be shown; as good as the person's word.
    public let profile: Profile
    /// How many messages of this person are shown and not seen.
    public let unread: UInt64
    /// The position shown last in the conversation; 0 if there is none.
    public let lastPosition: UInt64
    /// Whether the person was sent the user's present profile.
    public let hasOwnProfile: Bool

    /// What the user calls a contact.
    public struct Contact: Hashable, Sendable {
        /// The name the user gave; nil for none.
        public let name: String?
        /// When the contact was added, in milliseconds since 1970.
        public let addedAtMilliseconds: UInt64
    }
}

/// What the user has decided.
public struct ChatSettings: Hashable, Sendable {
    /// Whether contacts are told that their messages were stored.
    public var tellsDelivered: Bool
    /// Whether contacts are told that their messages were seen.
    public var tellsRead: Bool

    /// Everything is told by default.
    public init(tellsDelivered: Bool = true, tellsRead: Bool = true) {
        self.tellsDelivered = tellsDelivered
        self.tellsRead = tellsRead
    }
}
