import MeshCrypto
public import MeshRing

/// How many of all replicas each node holds, and how many sets break diversity, from looking at evenly spread positions.
public struct ReplicaLoad: Sendable {
    /// The busiest node's replicas as a multiple of the mean.
    public private(set) var maximumOverMean = 0.0
    /// The idlest node's.
    public private(set) var minimumOverMean = 0.0
    /// Sets with fewer prefixes than the roster would have allowed.
    public private(set) var diversityBreaks = 0
    /// Sets that were looked at.
    public private(set) var sets = 0

    /// Looks at a ring of these nodes.
    public init(of ring: Ring, placements: [Placement], _ effort: Effort) {
        let prefixes = Dictionary(uniqueKeysWithValues: placements.map { ($0.node, $0.address.prefix) })
        let wanted = min(Int(ring.parameters.replicas), Set(prefixes.values).count)
        var counts = Dictionary(uniqueKeysWithValues: placements.map { ($0.node, 0) })
        sets = ring.pointCount * effort.samplesPerPoint
        let step = UInt64.max / UInt64(max(1, sets))
        for sample in 0..<sets {
            let set = ring.replicaSet(
                at: UInt64(sample) * step, for: UserID(trusted: Bytes32()), count: Int(ring.parameters.replicas))
            for node in set { counts[node]! += 1 }
            if prefixCount(set, prefixes) < wanted { diversityBreaks += 1 }
        }
        let mean = Double(counts.values.reduce(0, +)) / Double(max(1, counts.count))
        maximumOverMean = Double(counts.values.max() ?? 0) / mean
        minimumOverMean = Double(counts.values.min() ?? 0) / mean
    }

    /// Counted apart from the walk that makes the set: by the addresses of its members.
    private func prefixCount(_ set: ReplicaSet, _ prefixes: [NodeID: PlacementPrefix]) -> Int {
        var count = 0
        for (index, node) in set.enumerated()
        where !set.prefix(index).contains(where: { prefixes[$0] == prefixes[node] }) {
            count += 1
        }
        return count
    }
}
