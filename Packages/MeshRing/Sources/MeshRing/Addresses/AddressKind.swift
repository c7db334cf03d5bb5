/// What an address is good for, by the registries of special-purpose addresses (IANA; RFC 6890 and its successors).
public enum AddressKind: Hashable, Sendable {
    /// Reachable from everywhere and leased from a registry: what placement in a public network is made of.
    case global
    /// Loopback, private, link-local and the like: free to take, so good for a laboratory network only.
    case laboratory
    /// Never used for placement and never dialled.
    case refused(Reason)

    /// Why an address is refused.
    public enum Reason: String, Hashable, Sendable {
        /// `0.0.0.0/8`, `::`.
        case unspecified
        /// `224.0.0.0/4`, `ff00::/8`, `255.255.255.255`.
        case multicast
        /// IPv4 inside IPv6 (`::ffff:0:0/96`, `::/96`): one machine would have two places.
        case mapped
        /// 6to4 (`2002::/16`, `192.88.99.0/24`): one IPv4 address would have 2^16 places of its own.
        case sixToFour
        /// Teredo (`2001::/32`): free addresses behind one IPv4 address.
        case teredo
        /// NAT64 (`64:ff9b::/96`, `64:ff9b:1::/48`).
        case nat64
        /// Documentation, which stands for no machine.
        case documentation
        /// Anything else that no registry leases.
        case reserved
    }
}

extension PlacementAddress {
    /// What the address is good for.
    public var kind: AddressKind {
        switch self {
        case .ipv4(let value): Self.kind(ipv4: value)
        case .ipv6(let high, let low): Self.kind(high: high, low: low)
        }
    }

    private static func kind(ipv4 value: UInt32) -> AddressKind {
        ipv4Blocks.first { value >> (32 - $0.bits) == $0.prefix >> (32 - $0.bits) }?.kind ?? .global
    }

    private static func kind(high: UInt64, low: UInt64) -> AddressKind {
        if high == 0 { return lowestIPv6(low) }
        return ipv6Blocks.first { high >> (64 - $0.bits) == $0.prefix >> (64 - $0.bits) }?.kind ?? .refused(.reserved)
    }

    /// `::/64`, where single addresses have meanings.
    private static func lowestIPv6(_ low: UInt64) -> AddressKind {
        if low == 0 { return .refused(.unspecified) }
        if low == 1 { return .laboratory }
        return low >> 32 <= 0xffff ? .refused(.mapped) : .refused(.reserved)
    }

    /// The first that fits counts; what fits none is global.
    private static let ipv4Blocks: [(prefix: UInt32, bits: UInt32, kind: AddressKind)] = [
        (0x0000_0000, 8, .refused(.unspecified)),
        (0x0a00_0000, 8, .laboratory),  // 10/8, private
        (0x6440_0000, 10, .laboratory),  // 100.64/10, shared behind a provider's NAT
        (0x7f00_0000, 8, .laboratory),  // 127/8, loopback
        (0xa9fe_0000, 16, .laboratory),  // 169.254/16, link-local
        (0xac10_0000, 12, .laboratory),  // 172.16/12, private
        (0xc000_0000, 24, .refused(.reserved)),  // 192.0.0/24, protocol assignments
        (0xc000_0200, 24, .refused(.documentation)),
        (0xc058_6300, 24, .refused(.sixToFour)),
        (0xc0a8_0000, 16, .laboratory),  // 192.168/16, private
        (0xc612_0000, 15, .laboratory),  // 198.18/15, benchmarks
        (0xc633_6400, 24, .refused(.documentation)),
        (0xcb00_7100, 24, .refused(.documentation)),
        (0xffff_ffff, 32, .refused(.multicast)),
        (0xe000_0000, 4, .refused(.multicast)),
        (0xf000_0000, 4, .refused(.reserved)),
    ]

    /// The first that fits counts; what fits none is reserved, because only 2000::/3 is given out.
    private static let ipv6Blocks: [(prefix: UInt64, bits: UInt64, kind: AddressKind)] = [
        (0x0064_ff9b_0000_0000, 64, .refused(.nat64)),
        (0x0064_ff9b_0001_0000, 48, .refused(.nat64)),
        (0x2001_0000_0000_0000, 32, .refused(.teredo)),
        (0x2001_0000_0000_0000, 23, .refused(.reserved)),  // protocol assignments
        (0x2001_0db8_0000_0000, 32, .refused(.documentation)),
        (0x2002_0000_0000_0000, 16, .refused(.sixToFour)),
        (0x3fff_0000_0000_0000, 20, .refused(.documentation)),
        (0x2000_0000_0000_0000, 3, .global),
        (0xfc00_0000_0000_0000, 7, .laboratory),  // unique local
        (0xfe80_0000_0000_0000, 10, .laboratory),  // link-local
        (0xff00_0000_0000_0000, 8, .refused(.multicast)),
    ]
}
