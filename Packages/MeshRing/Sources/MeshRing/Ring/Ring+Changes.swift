import MeshCrypto

extension Ring {
    /// How much of all users another ring gives another residence, computed exactly from the arcs between points: 0 for
    /// equal rings, 1 where every user moves. For measuring what a change costs, not for the hot path.
    public func residenceChange(to other: Ring) -> Double {
        let (ours, theirs) = (arcs(), other.arcs())
        guard var ourPlace = ours.last?.place, var theirPlace = theirs.last?.place else {
            return ours.isEmpty && theirs.isEmpty ? 0 : 1
        }
        var (moved, begin, ourNext, theirNext) = (0.0, UInt64(0), 0, 0)
        while ourNext < ours.count || theirNext < theirs.count {
            let ourStart = ourNext < ours.count ? ours[ourNext].start : .max
            let theirStart = theirNext < theirs.count ? theirs[theirNext].start : .max
            let end = min(ourStart, theirStart)
            moved += Double(end - begin) * movedPart(of: ourPlace, theirPlace, in: other)
            begin = end
            if ourNext < ours.count, ourStart == end { (ourPlace, ourNext) = (ours[ourNext].place, ourNext + 1) }
            if theirNext < theirs.count, theirStart == end {
                (theirPlace, theirNext) = (theirs[theirNext].place, theirNext + 1)
            }
        }
        return (moved + (0x1p64 - Double(begin)) * movedPart(of: ourPlace, theirPlace, in: other)) / 0x1p64
    }

    /// Where the positions nearest to each point begin, in order; before the first they belong to the last.
    private func arcs() -> [(start: UInt64, place: UInt32)] {
        var arcs: [(start: UInt64, place: UInt32)] = []
        arcs.reserveCapacity(positions.count)
        for (index, position) in positions.enumerated() {
            let next = index + 1 == positions.count ? 0 : index + 1
            arcs.append((position &+ (positions[next] &- position) / 2, owners[next]))
        }
        if let last = arcs.last, last.start < positions[positions.count - 1] { arcs.insert(arcs.removeLast(), at: 0) }
        return arcs
    }

    /// The part of a place's users that get another node where another ring's place takes over: the node with the
    /// lowest hash among all claimants of both stays if both places have it.
    private func movedPart(of place: UInt32, _ otherPlace: UInt32, in other: Ring) -> Double {
        let (ours, theirs) = (nodes(at: place), other.nodes(at: otherPlace))
        if ours.count == 1 && theirs.count == 1 { return ours.first == theirs.first ? 0 : 1 }
        let common = ours.count { theirs.contains($0) }
        return 1 - Double(common) / Double(ours.count + theirs.count - common)
    }

    private func nodes(at place: UInt32) -> ArraySlice<NodeID> {
        let range = claimants[Int(place)]
        return nodes[Int(range.lowerBound)..<Int(range.upperBound)]
    }
}
