/// A literal IP address without zone, port or name: where a node stands in the network, and what its place on the
/// circle is made of.
///
/// Order: IPv4 before IPv6, then by number.
public enum PlacementAddress: Hashable, Sendable, BitwiseCopyable {
    /// IPv4: the address as a number, the first octet weighing most.
    case ipv4(UInt32)
    /// IPv6: the first and the last eight bytes as numbers.
    case ipv6(high: UInt64, low: UInt64)

    /// The IPv4 address inside an IPv4-mapped IPv6 address (`::ffff:0:0/96`), else the address itself: what a socket
    /// for both families reports.
    public var unmapped: PlacementAddress {
        guard case .ipv6(0, let low) = self, low >> 32 == 0xffff else { return self }
        return .ipv4(UInt32(truncatingIfNeeded: low))
    }
}

extension PlacementAddress: Comparable {
    /// IPv4 before IPv6, then by number.
    public static func < (left: PlacementAddress, right: PlacementAddress) -> Bool {
        switch (left, right) {
        case (.ipv4(let left), .ipv4(let right)): left < right
        case (.ipv4, .ipv6): true
        case (.ipv6, .ipv4): false
        case (.ipv6(let high, let low), .ipv6(let otherHigh, let otherLow)): (high, low) < (otherHigh, otherLow)
        }
    }
}

/// How addresses lie in records, stores and hashes: a family byte, then 4 or 16 bytes big-endian.
enum AddressFamily: UInt8 {
    case ipv4 = 4
    case ipv6 = 6
}

extension PlacementAddress {
    var family: AddressFamily {
        switch self {
        case .ipv4: .ipv4
        case .ipv6: .ipv6
        }
    }
}

extension ByteWriter {
    mutating func address(_ address: PlacementAddress) {
        integer(address.family.rawValue)
        switch address {
        case .ipv4(let value): integer(value)
        case .ipv6(let high, let low):
            integer(high)
            integer(low)
        }
    }
}

extension ByteReader {
    /// Nil when the bytes end early or the family is unknown: ``NodeRecordError`` tells these apart by what is left.
    mutating func address() -> PlacementAddress? {
        switch integer(UInt8.self).flatMap(AddressFamily.init) {
        case .ipv4:
            guard let value = integer(UInt32.self) else { return nil }
            return .ipv4(value)
        case .ipv6:
            guard let high = integer(UInt64.self), let low = integer(UInt64.self) else { return nil }
            return .ipv6(high: high, low: low)
        case nil:
            return nil
        }
    }
}
