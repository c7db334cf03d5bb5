/// How many members each prefix has, and how many placed ones each prefix and each site, kept up to date: whether any
/// has more than the caps allow (``PlacementCaps``) is then known without counting.
struct PrefixCrowds: Sendable {
    private var members: [PlacementPrefix: Int] = [:]
    private var prefixes: [PlacementPrefix: Int] = [:]
    private var sites: [PlacementPrefix: Int] = [:]
    private var crowded = 0

    /// Whether some placed members don't count.
    var hasCrowd: Bool { crowded > 0 }

    func memberCount(in prefix: PlacementPrefix) -> Int { members[prefix, default: 0] }

    /// A record comes in or goes, whatever its node's state.
    mutating func count(_ record: NodeRecord, _ change: Int) {
        let prefix = record.placementAddress.prefix
        let count = members[prefix, default: 0] + change
        members[prefix] = count == 0 ? nil : count
    }

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
