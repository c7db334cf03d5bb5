/// Where an own message is. It only ever moves on: what comes out of order changes nothing.
public enum OwnMessageState: UInt8, Hashable, Sendable, Comparable {
    /// Kept in the outbox, not accepted yet.
    case queued = 0
    /// Given up by the outbox, as far as this side knows. A receipt may still prove otherwise.
    case failed = 1
    /// On stable storage of the recipient's nodes.
    case accepted = 2
    /// Stored by the recipient's program.
    case delivered = 3
    /// Seen by the recipient.
    case read = 4

    /// Order of progress.
    public static func < (left: OwnMessageState, right: OwnMessageState) -> Bool { left.rawValue < right.rawValue }

    /// Moves on to `state`.
    /// - Returns: false, and nothing is changed, if that is where it is already, or would be a way back.
    public mutating func advance(to state: OwnMessageState) -> Bool {
        guard state > self else { return false }
        self = state
        return true
    }
}

extension OwnMessageState {
    /// What a receipt says about its messages.
    public init(_ kind: Receipt.Kind) {
        switch kind {
        case .delivered: self = .delivered
        case .read: self = .read
        }
    }
}
