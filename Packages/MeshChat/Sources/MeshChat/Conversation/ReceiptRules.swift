/// What a peer may be told about its messages.
///
/// Receipts reveal when somebody's program runs and when they look at it. Contacts get them unless switched off;
/// strangers never do.
public struct ReceiptRules: Hashable, Sendable {
    /// Whether the peer is an accepted contact.
    public var isContact: Bool
    /// Whether contacts are told what was stored.
    public var tellsDelivered: Bool
    /// Whether contacts are told what was seen.
    public var tellsRead: Bool

    /// States the rules; for a contact, everything is told by default.
    public init(isContact: Bool, tellsDelivered: Bool = true, tellsRead: Bool = true) {
        self.isContact = isContact
        self.tellsDelivered = tellsDelivered
        self.tellsRead = tellsRead
    }

    func allows(_ kind: Receipt.Kind) -> Bool {
        switch kind {
        case .delivered: isContact && tellsDelivered
        case .read: isContact && tellsRead
        }
    }
}
