public import MeshCrypto

extension Ring {
    /// How much of all users each node is the residence of, computed exactly from the arcs between points: the shares
    /// add up to 1. Claimants of one place share its part evenly. For measuring balance, not for the hot path.
    public func residenceShares() -> [NodeID: Double] {
        var arcs = [Double](repeating: 0, count: places.count)
        for (index, position) in positions.enumerated() {
            let next = positions[index + 1 == positions.count ? 0 : index + 1]
            let gap = positions.count == 1 ? 1 : Double(next &- position) / 0x1p64
            arcs[Int(owners[index])] += gap / 2
            arcs[Int(owners[index + 1 == positions.count ? 0 : index + 1])] += gap / 2
        }
        var shares: [NodeID: Double] = [:]
        for (place, range) in claimants.enumerated() {
            for offset in range { shares[nodes[Int(offset)]] = arcs[place] / Double(range.count) }
        }
        return shares
    }

    /// The busiest and the idlest node's share of all users, as multiples of the mean. Nil for an empty ring.
    public var balance: (maximumOverMean: Double, minimumOverMean: Double)? {
        let shares = residenceShares().values
        guard let largest = shares.max(), let smallest = shares.min() else { return nil }
        return (largest * Double(shares.count), smallest * Double(shares.count))
    }
}
