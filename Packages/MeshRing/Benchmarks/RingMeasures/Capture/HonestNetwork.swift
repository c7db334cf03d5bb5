import MeshCrypto
import MeshRing

/// A network without the attacker, and what it gives each of the users who are looked at.
struct HonestNetwork {
    let placements: [Placement]
    let ring: Ring
    let parameters: NetworkParameters
    /// The set of each user, in order, with the distance of each member's nearest point.
    let members: [[Member]]
    private let placementsByNode: [NodeID: Placement]

    /// The nearest node of a prefix.
    struct Member {
        var distance: UInt64
        var prefix: PlacementPrefix
    }

    init(_ placements: [Placement], in parameters: NetworkParameters, users: [Target]) {
        let ring = Ring(placements, in: parameters)
        self.init(placements, ring, users: users)
    }

    private init(_ placements: [Placement], _ ring: Ring, users: [Target]) {
        self.placements = placements
        self.ring = ring
        parameters = ring.parameters
        placementsByNode = Dictionary(uniqueKeysWithValues: placements.map { ($0.node, $0) })
        let count = Int(ring.parameters.pointsPerNode)
        var points: [NodeID: (prefix: PlacementPrefix, sorted: [UInt64])] = [:]
        for placement in placements {
            let unsorted = Keyspace.points(of: placement.address, slot: placement.slot, count: count)
            points[placement.node] = (placement.address.prefix, unsorted.sorted())
        }
        members = users.map { user in
            ring.replicaSet(for: user.id).map { node in
                let (prefix, sorted) = points[node]!
                return Member(distance: Self.distance(from: user.position, to: sorted), prefix: prefix)
            }
        }
    }

    /// Where one of its nodes stands.
    func placement(of node: NodeID) -> Placement { placementsByNode[node]! }

    /// The same users in the network that is left when some nodes no longer count.
    func keeping(_ kept: [Placement], users: [Target]) -> HonestNetwork {
        kept.count == placements.count ? self : HonestNetwork(kept, ring.updated(to: kept), users: users)
    }

    private static func distance(from position: UInt64, to sorted: [UInt64]) -> UInt64 {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < position { low = middle + 1 } else { high = middle }
        }
        let right = sorted[low == sorted.count ? 0 : low]
        let left = sorted[low == 0 ? sorted.count - 1 : low - 1]
        return min(right &- position, position &- left)
    }
}

/// A user whom an attacker is after.
struct Target {
    let id: UserID
    let position: UInt64

    /// `count` users, sorted by position.
    static func draw(_ count: Int, from crowd: inout Crowd) -> [Target] {
        (0..<count).map { _ in
            let id = crowd.user()
            return Target(id: id, position: Keyspace.position(of: id))
        }.sorted { $0.position < $1.position }
    }
}
