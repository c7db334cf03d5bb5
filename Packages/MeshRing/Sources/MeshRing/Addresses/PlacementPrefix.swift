/// A network prefix: what addresses of one owner usually share. Replicas avoid sharing one.
public struct PlacementPrefix: Hashable, Sendable, BitwiseCopyable {
    let family: AddressFamily
    let bits: UInt64
}

/// What a place on the circle is made of besides the slot: an IPv4 address, or an IPv6 /56, which is what one customer
/// of a provider gets as a whole.
public struct PlacementKey: Hashable, Sendable, BitwiseCopyable {
    let family: AddressFamily
    let bits: UInt64
}

extension PlacementAddress {
    /// The prefix that counts for diversity and for the larger cap: IPv4 /16, IPv6 /32.
    public var prefix: PlacementPrefix {
        switch self {
        case .ipv4(let value): PlacementPrefix(family: .ipv4, bits: UInt64(value >> 16))
        case .ipv6(let high, _): PlacementPrefix(family: .ipv6, bits: high >> 32)
        }
    }

    /// The prefix that counts for the smaller cap: IPv6 /48. Nil for IPv4, which has only the larger one.
    var site: PlacementPrefix? {
        guard case .ipv6(let high, _) = self else { return nil }
        return PlacementPrefix(family: .ipv6, bits: high >> 16)
    }

    /// IPv4: the whole address; IPv6: its first 56 bits.
    public var placementKey: PlacementKey {
        switch self {
        case .ipv4(let value): PlacementKey(family: .ipv4, bits: UInt64(value))
        case .ipv6(let high, _): PlacementKey(family: .ipv6, bits: high >> 8)
        }
    }
}

extension PlacementPrefix: CustomStringConvertible {
    /// `192.0.0.0/16` or `2001:db8::/32`.
    public var description: String {
        switch family {
        case .ipv4: "\(PlacementAddress.ipv4(UInt32(bits) << 16))/16"
        case .ipv6: "\(PlacementAddress.ipv6(high: bits << 32, low: 0))/32"
        }
    }
}

extension PlacementKey: Comparable {
    /// IPv4 before IPv6, then by number.
    public static func < (left: PlacementKey, right: PlacementKey) -> Bool {
        (left.family.rawValue, left.bits) < (right.family.rawValue, right.bits)
    }
}
