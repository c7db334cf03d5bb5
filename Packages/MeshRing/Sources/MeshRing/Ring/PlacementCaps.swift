import MeshCrypto

/// How many nodes of one prefix count, so that whoever holds a whole prefix doesn't hold the network.
///
/// Where a prefix has more, those count that come first by rank among the claimants of their place, then by the hash of
/// the place. So keys decide only between nodes at one and the same address and slot. First sites (IPv6 /48) are cut,
/// then prefixes (IPv4 /16, IPv6 /32). A laboratory has no caps: all of it may stand on one address.
public enum PlacementCaps {
    /// At most this many nodes in an IPv4 /16 or IPv6 /32: at 1,000 nodes about 6 % of all places.
    public static let nodesPerPrefix = 64
    /// At most this many in an IPv6 /48, which costs nothing but the asking.
    public static let nodesPerSite = 8

    /// The placements that count, in the order they came in.
    package static func select(_ placements: [Placement], in parameters: NetworkParameters) -> [Placement] {
        guard !parameters.laboratory else { return placements }
        let refused = refusedNodes(placements)
        return refused.isEmpty ? placements : placements.filter { !refused.contains($0.node) }
    }

    private static func refusedNodes(_ placements: [Placement]) -> Set<NodeID> {
        var prefixCounts: [PlacementPrefix: Int] = [:]
        var siteCounts: [PlacementPrefix: Int] = [:]
        for placement in placements {
            prefixCounts[placement.address.prefix, default: 0] += 1
            if let site = placement.address.site { siteCounts[site, default: 0] += 1 }
        }
        let isCrowded = { (placement: Placement) in
            prefixCounts[placement.address.prefix, default: 0] > nodesPerPrefix
                || placement.address.site.map { siteCounts[$0, default: 0] > nodesPerSite } ?? false
        }
        let crowded = placements.filter(isCrowded)
        return crowded.isEmpty ? [] : refuse(inOrder(crowded))
    }

    private static func inOrder(_ placements: [Placement]) -> [Placement] {
        var ranked: [(rank: Int, order: UInt64, placement: Placement)] = []
        for (place, claimants) in Dictionary(grouping: placements, by: \.place) {
            let order = Keyspace.order(of: place)
            let claims = claimants.map { (Keyspace.order(of: $0.node, claiming: place), $0.node, $0) }
            for (rank, claim) in claims.sorted(by: { ($0.0, $0.1) < ($1.0, $1.1) }).enumerated() {
                ranked.append((rank, order, claim.2))
            }
        }
        ranked.sort { ($0.rank, $0.order, $0.placement.node) < ($1.rank, $1.order, $1.placement.node) }
        return ranked.map(\.placement)
    }

    private static func refuse(_ ordered: [Placement]) -> Set<NodeID> {
        var sites: [PlacementPrefix: Int] = [:]
        var prefixes: [PlacementPrefix: Int] = [:]
        var refused: Set<NodeID> = []
        for placement in ordered {
            if let site = placement.address.site, sites[site, default: 0] >= nodesPerSite {
                refused.insert(placement.node)
            } else if prefixes[placement.address.prefix, default: 0] >= nodesPerPrefix {
                refused.insert(placement.node)
            } else {
                if let site = placement.address.site { sites[site, default: 0] += 1 }
                prefixes[placement.address.prefix, default: 0] += 1
            }
        }
        return refused
    }
}
