import MeshRing

/// The addresses that an attacker has, or has tried: with every slot of each, and keys and ports without limit.
public struct Holding: Sendable, Hashable {
    /// What it is called in tables and reports.
    public let name: String
    /// How many addresses; of IPv6 each stands for one /56.
    public let addresses: Int
    /// How many IPv4 /16 or IPv6 /32 they lie in, evenly.
    public let prefixes: Int
    let kind: Kind

    enum Kind: Hashable {
        case ipv4, crowdedIPv4, ipv6
    }

    /// IPv4 addresses in some /16.
    public static func ipv4(_ addresses: Int, prefixes: Int) -> Holding {
        Holding(name: "ipv4-\(addresses)-in-\(prefixes)", addresses: addresses, prefixes: prefixes, kind: .ipv4)
    }

    /// IPv4 addresses in the /16 where a sixth of the honest nodes lies.
    public static func crowdedIPv4(_ addresses: Int) -> Holding {
        Holding(name: "ipv4-\(addresses)-crowded", addresses: addresses, prefixes: 1, kind: .crowdedIPv4)
    }

    /// All 256 /56 of a /48, in several /32.
    public static func sites(prefixes: Int) -> Holding {
        Holding(name: "ipv6-48-in-\(prefixes)", addresses: 256 * prefixes, prefixes: prefixes, kind: .ipv6)
    }

    /// /56 of several /32. A whole one has 2^24 of them, of which `tried` are looked at.
    public static func wide(prefixes: Int, tried: Int = 8_192) -> Holding {
        Holding(name: "ipv6-32-in-\(prefixes)", addresses: tried * prefixes, prefixes: prefixes, kind: .ipv6)
    }

    /// What `make sim-capture` looks at.
    public static let all: [Holding] =
        [.ipv4(1, prefixes: 1)]
        + [10, 100, 1_000].flatMap { addresses in
            [1, 3, 10, 100, 1_000].filter { $0 <= addresses }.map { .ipv4(addresses, prefixes: $0) }
        }
        + [.crowdedIPv4(1), .crowdedIPv4(100), .crowdedIPv4(1_000)]
        + [.sites(prefixes: 1), .sites(prefixes: 3), .wide(prefixes: 1), .wide(prefixes: 3)]

    /// How the honest nodes of its network lie.
    var spread: Crowd.Spread { kind == .crowdedIPv4 ? .skewed : .even }

    /// What it is in words.
    public var title: String {
        let width = kind == .ipv6 ? 32 : 16
        switch kind {
        case .ipv4: return "\(addresses) IPv4 in \(prefixes) /\(width)"
        case .crowdedIPv4: return "\(addresses) IPv4 in a crowded /16"
        case .ipv6: return "\(addresses) IPv6 /56 in \(prefixes) /\(width)"
        }
    }

    /// Draws the addresses, a group a prefix.
    func draw(from crowd: inout Crowd) -> [[PlacementAddress]] {
        (0..<prefixes).map { group in
            let count = addresses / prefixes + (group < addresses % prefixes ? 1 : 0)
            return kind == .ipv6 ? crowd.networks(count) : crowd.addresses(count, crowded: kind == .crowdedIPv4)
        }
    }
}
