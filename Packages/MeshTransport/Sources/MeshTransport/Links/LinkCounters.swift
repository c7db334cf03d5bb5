import Synchronization

/// What has happened to links since a hub was made.
public struct LinkStatistics: Sendable, Hashable {
    /// Links that were opened, dialled and accepted.
    public var opened: UInt64
    /// Opened links that are gone again.
    public var closed: UInt64
    /// Accepted connections that ended before they were a link, or found no room.
    public var refused: UInt64
    /// Links that ended because their peer broke the protocol.
    public var violated: UInt64

    /// Links that are open now.
    public var open: UInt64 { opened - closed }
}

/// The counters behind ``LinkStatistics``; counted when links come and go, never for messages.
final class LinkCounters: Sendable {
    private let opened = Atomic<UInt64>(0)
    private let closed = Atomic<UInt64>(0)
    private let refused = Atomic<UInt64>(0)
    private let violated = Atomic<UInt64>(0)

    func linkOpened() { opened.wrappingAdd(1, ordering: .relaxed) }
    func linkRefused() { refused.wrappingAdd(1, ordering: .relaxed) }

    func linkClosed(_ reason: LinkCloseReason) {
        closed.wrappingAdd(1, ordering: .relaxed)
        if reason.isViolation { violated.wrappingAdd(1, ordering: .relaxed) }
    }

    var statistics: LinkStatistics {
        // Closed first: a link that opens and closes in between must not make the difference negative.
        let closed = closed.load(ordering: .sequentiallyConsistent)
        return LinkStatistics(
            opened: opened.load(ordering: .sequentiallyConsistent), closed: closed,
            refused: refused.load(ordering: .relaxed), violated: violated.load(ordering: .relaxed))
    }
}
