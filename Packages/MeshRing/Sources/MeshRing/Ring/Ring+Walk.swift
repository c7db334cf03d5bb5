package import MeshCrypto

/// Goes through all points outward from a position, the nearest first, either way round the circle.
struct OutwardWalk {
    private let position: UInt64
    private var right: Int
    private var left: Int
    private var remaining: Int

    init(from position: UInt64, in ring: borrowing Ring) {
        self.position = position
        remaining = ring.positions.count
        let start = ring.index.lowerBound(of: position, in: ring.positions)
        right = start == remaining ? 0 : start
        left = start == 0 ? remaining - 1 : start - 1
    }

    /// The place of the next point; nil when all have been met.
    mutating func next(in ring: borrowing Ring) -> Int? {
        guard remaining > 0 else { return nil }
        remaining -= 1
        let toRight = ring.positions[right] &- position
        let toLeft = position &- ring.positions[left]
        let (rightOwner, leftOwner) = (ring.owners[right], ring.owners[left])
        if toRight < toLeft || (toRight == toLeft && rightOwner <= leftOwner) {
            right = right + 1 == ring.positions.count ? 0 : right + 1
            return Int(rightOwner)
        }
        left = left == 0 ? ring.positions.count - 1 : left - 1
        return Int(leftOwner)
    }
}

/// The places, or the prefixes, that a set has already: at most 7 small numbers.
private struct Taken {
    private var numbers = InlineArray<7, UInt32>(repeating: 0)
    private(set) var count = 0

    func contains(_ number: UInt32) -> Bool {
        for index in 0..<count where numbers[index] == number { return true }
        return false
    }

    mutating func append(_ number: UInt32) {
        numbers[count] = number
        count += 1
    }
}

extension Ring {
    func replicaSet(for user: UserID, count wanted: Int) -> ReplicaSet {
        replicaSet(at: Keyspace.position(of: user), for: user, count: wanted)
    }

    /// The set at a position, where `user` decides among claimants of one place. By itself it lets a measurement ask at
    /// evenly spread positions instead of random ones.
    package func replicaSet(at position: UInt64, for user: UserID, count wanted: Int) -> ReplicaSet {
        var set = ReplicaSet()
        var taken = Taken()
        takeNewPrefixes(&set, &taken, min(wanted, prefixCount), user, OutwardWalk(from: position, in: self))
        takeNewPlaces(&set, &taken, min(wanted, places.count), user, OutwardWalk(from: position, in: self))
        takeClaimants(&set, min(wanted, nodes.count), user, OutwardWalk(from: position, in: self))
        return set
    }

    private func takeNewPrefixes(
        _ set: inout ReplicaSet, _ taken: inout Taken, _ wanted: Int, _ user: UserID, _ walk: OutwardWalk
    ) {
        var walk = walk
        var takenPrefixes = Taken()
        while set.count < wanted, let place = walk.next(in: self) {
            guard !takenPrefixes.contains(prefixes[place]) else { continue }
            takenPrefixes.append(prefixes[place])
            taken.append(UInt32(place))
            set.append(claimant(of: place, for: user))
        }
    }

    private func takeNewPlaces(
        _ set: inout ReplicaSet, _ taken: inout Taken, _ wanted: Int, _ user: UserID, _ walk: OutwardWalk
    ) {
        var walk = walk
        while set.count < wanted, let place = walk.next(in: self) {
            guard !taken.contains(UInt32(place)) else { continue }
            taken.append(UInt32(place))
            set.append(claimant(of: place, for: user))
        }
    }

    private func takeClaimants(_ set: inout ReplicaSet, _ wanted: Int, _ user: UserID, _ walk: OutwardWalk) {
        var walk = walk
        while set.count < wanted, let place = walk.next(in: self) {
            while set.count < wanted, let node = bestClaimant(of: place, for: user, notIn: set) { set.append(node) }
        }
    }

    private func claimant(of place: Int, for user: UserID) -> NodeID {
        let range = claimants[place]
        if range.count == 1 { return nodes[Int(range.lowerBound)] }
        return bestClaimant(of: place, for: user, notIn: ReplicaSet())!
    }

    /// The claimant with the lowest hash of user and node that the set doesn't have; at equal hashes the lower id.
    private func bestClaimant(of place: Int, for user: UserID, notIn set: ReplicaSet) -> NodeID? {
        var best: (claim: UInt64, node: NodeID)?
        for offset in claimants[place] {
            let node = nodes[Int(offset)]
            guard !set.contains(node) else { continue }
            let claim = Keyspace.claim(of: node, on: user)
            if let found = best, found.claim <= claim { continue }
            best = (claim, node)
        }
        return best?.node
    }
}
