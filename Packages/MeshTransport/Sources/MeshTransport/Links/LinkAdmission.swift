import MeshRing
import NIOConcurrencyHelpers
import NIOCore

/// Why a listener had no room for a connection.
public enum LinkRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// So many connections are in their handshake.
    case handshakes(allowed: Int)
    /// So many links are open.
    case links(allowed: Int)
    /// So many links from the same IPv4 address or IPv6 /56 are open.
    case prefix(allowed: Int)

    /// What is full.
    public var description: String {
        switch self {
        case .handshakes(let allowed): "\(allowed) connections are in their handshake; try again in a moment"
        case .links(let allowed): "\(allowed) links are open, which is all this node holds; try another node"
        case .prefix(let allowed): "\(allowed) links from this address are open, which is all one address may hold"
        }
    }
}

/// Counts a listener's accepted connections, over all event loops, and says whether there is room for another.
final class LinkAdmission: Sendable {
    /// A connection's place; given back exactly once with ``LinkAdmission/release(_:)``.
    struct Ticket {
        fileprivate let prefix: UInt64
        fileprivate(set) var isInHandshake = true
    }

    private struct Counts {
        var handshakes = 0
        var links = 0
        var prefixes: [UInt64: Int] = [:]
    }

    private let limits: LinkLimits
    private let countsPrefixes: Bool
    private let counts = NIOLockedValueBox(Counts())

    /// - Parameter countsPrefixes: false in a laboratory network, whose peers all share a few addresses.
    init(limits: LinkLimits, countsPrefixes: Bool) {
        self.limits = limits
        self.countsPrefixes = countsPrefixes
    }

    /// Takes a place in handshake for a connection from that address.
    func admit(_ address: SocketAddress?) throws(LinkRefusal) -> Ticket {
        let prefix = countsPrefixes ? Self.prefix(address) : 0
        let refusal = counts.withLockedValue { counts -> LinkRefusal? in
            if counts.links >= limits.links { return .links(allowed: limits.links) }
            if counts.handshakes >= limits.linksInHandshake { return .handshakes(allowed: limits.linksInHandshake) }
            if countsPrefixes, counts.prefixes[prefix, default: 0] >= limits.linksPerPrefix {
                return .prefix(allowed: limits.linksPerPrefix)
            }
            counts.links += 1
            counts.handshakes += 1
            if countsPrefixes { counts.prefixes[prefix, default: 0] += 1 }
            return nil
        }
        if let refusal { throw refusal }
        return Ticket(prefix: prefix)
    }

    /// The handshake is over, whichever way: its place is free for another.
    func endHandshake(_ ticket: inout Ticket) {
        guard ticket.isInHandshake else { return }
        ticket.isInHandshake = false
        counts.withLockedValue { $0.handshakes -= 1 }
    }

    /// The connection is gone.
    func release(_ ticket: Ticket) {
        counts.withLockedValue { counts in
            counts.links -= 1
            if ticket.isInHandshake { counts.handshakes -= 1 }
            guard countsPrefixes, let count = counts.prefixes[ticket.prefix] else { return }
            counts.prefixes[ticket.prefix] = count > 1 ? count - 1 : nil
        }
    }

    /// Accepted connections: all, and those in their handshake.
    var current: (links: Int, handshakes: Int) { counts.withLockedValue { ($0.links, $0.handshakes) } }

    /// An IPv4 address or an IPv6 /56 as a number; the two kinds don't meet, because a /56 leaves the low byte free.
    static func prefix(_ address: SocketAddress?) -> UInt64 {
        switch address.flatMap(PlacementAddress.init(_:))?.unmapped {
        case .ipv4(let value): UInt64(value) << 8 | 4
        case .ipv6(let high, _): high & ~0xff | 6
        case nil: 0
        }
    }
}
