public import MeshCrypto
public import MeshRing

/// Draws nodes, users and addresses from a seed: the same ones for the same seed.
public struct Crowd: Sendable {
    private var random: SeededGenerator
    /// Where the skewed half of the nodes lies.
    private let crowdedPrefixes: [UInt32]
    private var usedAddresses: Set<PlacementAddress> = []

    /// How nodes lie in prefixes.
    public enum Spread: String, CaseIterable, Sendable {
        /// Each at a random IPv4 address.
        case even
        /// Half of them in three /16, as where three hosting companies are liked; the others at random addresses.
        case skewed
    }

    /// Starts at this seed.
    public init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        crowdedPrefixes = (0..<3).map { _ in Self.globalPrefix(&random) }
        self.random = random
    }

    /// Nodes of different addresses, in slot 0.
    public mutating func placements(_ count: Int, _ spread: Spread) -> [Placement] {
        (0..<count).map { placement(number: $0, spread) }
    }

    /// The next node of such a network; with an even number the skewed half gets it.
    public mutating func placement(number: Int, _ spread: Spread) -> Placement {
        let isCrowded = spread == .skewed && number % 2 == 0
        let address = isCrowded ? address(in: crowdedPrefixes[number / 2 % 3]) : address()
        return Placement(node: node(), address: address, slot: 0)
    }

    /// A user.
    public mutating func user() -> UserID {
        UserID(trusted: Hash.blake2b32(context: "measured user", random.next(), random.next()))
    }

    /// A node's id; no key is behind it, because placement looks at none.
    public mutating func node() -> NodeID {
        NodeID(trusted: Hash.blake2b32(context: "measured node", random.next(), random.next()))
    }

    /// Up to `count` different elements, in random order.
    public mutating func sample<Element>(_ elements: [Element], _ count: Int) -> [Element] {
        random.sample(elements, count)
    }
}

// Addresses, none twice.
extension Crowd {
    /// An IPv4 address anywhere.
    public mutating func address() -> PlacementAddress {
        address { .ipv4(UInt32(truncatingIfNeeded: $0)) }
    }

    /// `count` IPv4 addresses of one /16, which may be that where the first of three skewed parts lies.
    public mutating func addresses(_ count: Int, crowded: Bool = false) -> [PlacementAddress] {
        let prefix = crowded ? crowdedPrefixes[0] : Self.globalPrefix(&random)
        return (0..<count).map { _ in address(in: prefix) }
    }

    /// The first `count` /56 of an IPv6 /32.
    public mutating func networks(_ count: Int) -> [PlacementAddress] {
        let high = (0x2a << 24 | random.below(1 << 24)) << 32
        return (0..<count).map { .ipv6(high: high + UInt64($0) << 8, low: 1) }
    }

    private mutating func address(in prefix: UInt32) -> PlacementAddress {
        address { .ipv4(prefix << 16 | UInt32($0 & 0xffff)) }
    }

    private mutating func address(_ make: (UInt64) -> PlacementAddress) -> PlacementAddress {
        while true {
            let address = make(random.next())
            if address.kind == .global, usedAddresses.insert(address).inserted { return address }
        }
    }

    /// The first half of addresses that are global throughout.
    private static func globalPrefix(_ random: inout SeededGenerator) -> UInt32 {
        while true {
            let prefix = UInt32(random.below(1 << 16))
            let (first, last) = (PlacementAddress.ipv4(prefix << 16), PlacementAddress.ipv4(prefix << 16 | 0xffff))
            if first.kind == .global, last.kind == .global { return prefix }
        }
    }
}
