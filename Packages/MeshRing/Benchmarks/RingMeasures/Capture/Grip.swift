import MeshRing

/// For each user the attacker's nearest places, of different prefixes, the nearest first.
///
/// No more than 2R − 1 are kept: while a set isn't full, at most R − 1 of the attacker's prefixes are taken by an honest
/// node that lies nearer, so the R-th that counts is among them.
struct Grip {
    let nearest: [[Hold]]

    /// The attacker's nearest place in a prefix.
    struct Hold {
        var distance: UInt64
        var placement: Placement
    }

    init(_ candidates: Candidates, on users: [Target], in parameters: NetworkParameters) {
        let kept = 2 * Int(parameters.replicas) - 1
        var nearest = [[Hold]](repeating: [], count: users.count)
        for group in candidates.groups {
            var points = NearestPoints(to: users.map(\.position))
            for (place, candidate) in group.enumerated() {
                let count = Int(parameters.pointsPerNode)
                for position in Keyspace.points(of: candidate.address, slot: candidate.slot, count: count) {
                    points.add(NearestPoints.Point(position: position, place: UInt32(place)))
                }
            }
            for (user, found) in points.nearest().enumerated() {
                Self.insert(
                    Hold(distance: found.distance, placement: group[Int(found.place)]), into: &nearest[user],
                    keeping: kept)
            }
        }
        self.nearest = nearest
    }

    private static func insert(_ hold: Hold, into holds: inout [Hold], keeping count: Int) {
        if holds.count == count, holds[count - 1].distance <= hold.distance { return }
        let index = holds.firstIndex { $0.distance > hold.distance } ?? holds.count
        holds.insert(hold, at: index)
        if holds.count > count { holds.removeLast() }
    }

    /// What the attacker gets of a user's set: the R nearest prefixes, each held by whoever is nearest in it. Taking more
    /// than one place in a prefix gives nothing, so this is the most that these places can give.
    func capture(of user: Int, in network: HonestNetwork) -> Capture {
        var capture = Capture()
        var taken: [PlacementPrefix] = []
        var (honest, own) = (network.members[user][...], nearest[user][...])
        let wanted = min(Int(network.parameters.replicas), max(honest.count, own.count))
        while taken.count < wanted, !(honest.isEmpty && own.isEmpty) {
            let isOwn = (own.first?.distance ?? .max) < (honest.first?.distance ?? .max)
            let prefix = isOwn ? own.removeFirst().placement.address.prefix : honest.removeFirst().prefix
            if taken.contains(prefix) { continue }
            if isOwn { capture.replicas += 1 }
            if isOwn && taken.isEmpty { capture.isResidence = true }
            taken.append(prefix)
        }
        return capture
    }
}

/// How much of a user's set an attacker has.
public struct Capture: Hashable, Sendable {
    /// Whether the first of the set is the attacker's.
    public var isResidence = false
    /// How many of the set are.
    public var replicas = 0
}
