/// How many placed members each prefix and each site has, kept up to date: whether any has more than the caps allow
/// (``PlacementCaps``) is then known without counting.
struct PrefixCrowds: Sendable {
    private var prefixes: [PlacementPrefix: Int] = [:]
    private var sites: [PlacementPrefix: Int] = [:]
    private var crowded = 0

    /// Whether some placed members don't count.
    var hasCrowd: Bool { crowded > 0 }

    mutating func enter(_ member: Roster.Member) {
        guard member.state.isPlaced else { return }
        let address = member.record.placementAddress
        if Self.increment(&prefixes, address.prefix) == PlacementCaps.nodesPerPrefix + 1 { crowded += 1 }
        if let site = address.site, Self.increment(&sites, site) == PlacementCaps.nodesPerSite + 1 { crowded += 1 }
    }

    mutating func leave(_ member: Roster.Member) {
        guard member.state.isPlaced else { return }
        let address = member.record.placementAddress
        if Self.decrement(&prefixes, address.prefix) == PlacementCaps.nodesPerPrefix { crowded -= 1 }
        if let site = address.site, Self.decrement(&sites, site) == PlacementCaps.nodesPerSite { crowded -= 1 }
    }

    private static func increment(_ counts: inout [PlacementPrefix: Int], _ prefix: PlacementPrefix) -> Int {
        let count = counts[prefix, default: 0] + 1
        counts[prefix] = count
        return count
    }

    private static func decrement(_ counts: inout [PlacementPrefix: Int], _ prefix: PlacementPrefix) -> Int {
        let count = counts[prefix, default: 1] - 1
        counts[prefix] = count == 0 ? nil : count
        return count
    }
}
