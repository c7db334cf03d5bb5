public import MeshCrypto

/// Placement: which nodes hold which user's queue. A pure function of parameters and placed nodes that every node and
/// client computes alike.
///
/// Consistent hashing (Karger et al. 1997) with V points a place, and two departures: a point is near in both
/// directions, which halves the variance of what a place gets, and points come from address and slot, so that a place
/// has to be bought. A user's set is found walking the points outward from the user's position, the nearer one first
/// (at equal distance that of the place whose lowest claimant has the lower node id):
///
/// 1. each point offers its place's claimant for this user (the one with the lowest hash of user and node), taken
///    if its prefix is new;
/// 2. while the set is smaller than R: the same walk again, taking whatever place is new;
/// 3. while it is still smaller, because nodes share places: the same walk again, each place giving all its claimants.
///
/// Of points at one position only that of the place with the lowest claimant counts.
public struct Ring: Sendable {
    /// What the network computes with.
    public let parameters: NetworkParameters
    /// Points sorted by position, and the place of each.
    var positions: [UInt64] = []
    var owners: [UInt32] = []
    /// Places sorted by their lowest claimant, and what the walk needs of each.
    var places: [Place] = []
    var prefixes: [UInt32] = []
    var claimants: [Range<UInt32>] = []
    /// The claimants of all places, one after the other, each place's sorted by id.
    var nodes: [NodeID] = []
    var prefixCount = 0
    /// Where positions with given first bits begin.
    var index = PositionIndex()

    /// Places these nodes as they are, without caps: see ``Roster/placements(where:)`` for those that count.
    public init(_ placements: [Placement], in parameters: NetworkParameters) {
        self.parameters = parameters
        arrange(placements)
        setPoints(Self.sortedPoints(of: places, count: Int(parameters.pointsPerNode)))
    }

    /// Places the roster's placed nodes: those alive or suspect.
    public init(_ roster: Roster) {
        self.init(roster.placements { $0.isPlaced }, in: roster.parameters)
    }

    /// How many nodes there are.
    public var nodeCount: Int { nodes.count }
    /// How many places they claim.
    public var placeCount: Int { places.count }
    /// How many points there are.
    public var pointCount: Int { positions.count }
}

extension Ring {
    /// The nodes that hold a user's queue, the residence first. Allocates nothing.
    public func replicaSet(for user: UserID) -> ReplicaSet {
        replicaSet(for: user, count: Int(parameters.replicas))
    }

    /// The node that delivers to the user's client; nil in an empty network. Allocates nothing.
    public func residence(of user: UserID) -> NodeID? {
        replicaSet(for: user, count: 1).residence
    }
}

// Building.
extension Ring {
    struct Point {
        var position: UInt64
        var owner: UInt32
    }

    /// Sorts nodes into places.
    mutating func arrange(_ placements: [Placement]) {
        let groups = Dictionary(grouping: placements, by: \.place)
            .map { (place: $0.key, nodes: $0.value.map(\.node).sorted(), prefix: $0.value[0].address.prefix) }
            .sorted { $0.nodes[0] < $1.nodes[0] }
        var prefixNumbers: [PlacementPrefix: UInt32] = [:]
        nodes.reserveCapacity(placements.count)
        for group in groups {
            places.append(group.place)
            claimants.append(UInt32(nodes.count)..<UInt32(nodes.count + group.nodes.count))
            nodes += group.nodes
            let next = UInt32(prefixNumbers.count)
            let number = prefixNumbers[group.prefix, default: next]
            prefixNumbers[group.prefix] = number
            prefixes.append(number)
        }
        prefixCount = prefixNumbers.count
    }

    static func sortedPoints(of places: [Place], count: Int) -> [Point] {
        var points: [Point] = []
        points.reserveCapacity(places.count * count)
        for (owner, place) in places.enumerated() {
            for position in Keyspace.points(of: place, count: count) {
                points.append(Point(position: position, owner: UInt32(owner)))
            }
        }
        points.sort { ($0.position, $0.owner) < ($1.position, $1.owner) }
        return points
    }

    /// Takes sorted points, the first of each position.
    mutating func setPoints(_ points: [Point]) {
        positions = []
        owners = []
        positions.reserveCapacity(points.count)
        owners.reserveCapacity(points.count)
        for point in points where positions.last != point.position {
            positions.append(point.position)
            owners.append(point.owner)
        }
        index = PositionIndex(positions)
    }
}
