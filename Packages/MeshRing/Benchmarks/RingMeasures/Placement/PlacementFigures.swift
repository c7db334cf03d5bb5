import MeshRing

/// What one draw of a network shows of placement.
public struct PlacementFigures: Sendable {
    /// Nodes that count: all, unless the caps took some away.
    public let placedNodes: Int
    /// The busiest node's share of all users as a multiple of the mean; exact.
    public let maximumOverMean: Double
    /// The idlest node's.
    public let minimumOverMean: Double
    /// The same for replicas, and whether sets were diverse.
    public let replicas: ReplicaLoad
    /// What joins and leaves move.
    public let moves: Moves

    /// Draws `count` nodes and measures them. Without caps (as a laboratory computes) every node counts.
    public init(nodes count: Int, _ spread: Crowd.Spread, caps: Bool, seed: UInt64, _ effort: Effort = .full) {
        var crowd = Crowd(seed: seed)
        let parameters = NetworkParameters.measured(caps: caps)
        let all = crowd.placements(count, spread)
        let placed = PlacementCaps.select(all, in: parameters)
        let ring = Ring(placed, in: parameters)
        let balance = ring.balance ?? (0, 0)
        placedNodes = placed.count
        maximumOverMean = balance.maximumOverMean
        minimumOverMean = balance.minimumOverMean
        replicas = ReplicaLoad(of: ring, placements: placed, effort)
        moves = Moves(of: all, in: parameters, spread, &crowd, effort)
    }

    /// The mean over all changes.
    public var movedOverIdeal: Double {
        moves.residences.reduce(0, +) / Double(max(1, moves.residences.count))
    }
}
