public import MeshCrypto

/// What a chat message says.
public enum ChatEvent: Hashable, Sendable {
    /// Words: 1…``ChatLimits/textBytes`` bytes of UTF-8. May hold any character; who shows it removes controls.
    case text(String)
    /// How the sender wants to be shown from now on.
    case profile(Profile)
    /// The sender is writing. Never stored, never answered.
    case typing
    /// What became of messages that were received.
    case receipt(Receipt)
    /// Something that this version doesn't know, kept as it came.
    case unknown(UnknownEvent)

    /// Whether this kind stands in its sender's order (true), outside of it (false), or may do either (nil).
    ///
    /// In order stands what a person would miss. "Is writing" and receipts stand outside: they may get lost or
    /// overtake each other without leaving a gap.
    public var isOrdered: Bool? {
        switch self {
        case .text, .profile: true
        case .typing, .receipt: false
        case .unknown: nil
        }
    }

    var name: String {
        switch self {
        case .text: "text"
        case .profile: "profile"
        case .typing: "typing"
        case .receipt: "receipt"
        case .unknown: "unknown event"
        }
    }
}

/// What became of messages that were received.
public struct Receipt: Hashable, Sendable {
    /// What became of them.
    public enum Kind: UInt8, Hashable, Sendable {
        /// The recipient's program has stored them.
        case delivered = 1
        /// The recipient has seen them.
        case read = 2
    }

    /// What became of them.
    public let kind: Kind
    /// Which ones: 1…``ChatLimits/receiptIDs`` inner ids.
    public let ids: [InnerID]
    /// The secrets from inside their envelopes, in the order of the ids, where they are told; empty, or as many as ids.
    /// Only who opened an envelope has its secret, so it proves to the sender, and to nobody else, that it was opened.
    public let proofs: [ProofSecret?]

    /// Names messages and what became of them. The numbers of ids and proofs are checked by ``ChatMessage``.
    public init(kind: Kind, ids: [InnerID], proofs: [ProofSecret?] = []) {
        self.kind = kind
        self.ids = ids
        self.proofs = proofs.contains { $0 != nil } ? proofs : []
    }
}

/// An event of a later version, encoded, without its order.
public struct UnknownEvent: Hashable, Sendable {
    /// The event as protobuf fields of `mesh.chat.v1.ChatMessage`.
    public let bytes: [UInt8]

    /// Keeps encoded fields.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
    }
}
