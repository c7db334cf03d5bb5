public import MeshRing
import MeshCrypto

/// What moves when a node joins or leaves, as multiples of the ideal: one n-th of the users, and one n-th of all copies.
public struct Moves: Sendable {
    /// Users that get another residence, for each change; by exact arcs.
    public private(set) var residences: [Double] = []
    /// Copies that a node gets which hadn't the user before, over all changes; counted on users.
    public private(set) var copies = 0.0

    /// Makes nodes join and leave a network; `all` are those that want a place, of which the caps may take some away.
    public init(
        of all: [Placement], in parameters: NetworkParameters, _ spread: Crowd.Spread, _ crowd: inout Crowd,
        _ effort: Effort
    ) {
        let placed = PlacementCaps.select(all, in: parameters)
        let before = Ring(placed, in: parameters)
        let users = (0..<effort.users).map { _ in crowd.user() }
        let sets = users.map { before.replicaSet(for: $0) }
        var ratios: [Double] = []
        func change(_ placements: [Placement], idealNodes: Int) {
            let after = before.updated(to: PlacementCaps.select(placements, in: parameters))
            residences.append(before.residenceChange(to: after) * Double(idealNodes))
            let moved = zip(users, sets).reduce(0) { sum, user in
                sum + after.replicaSet(for: user.0).count { !user.1.contains($0) }
            }
            let ideal = Double(effort.users * min(Int(parameters.replicas), idealNodes)) / Double(idealNodes)
            ratios.append(Double(moved) / ideal)
        }
        for node in crowd.sample(placed.map(\.node), effort.changesOfAKind) {
            change(all.filter { $0.node != node }, idealNodes: placed.count)
        }
        for number in 0..<effort.changesOfAKind {
            change(all + [crowd.placement(number: number, spread)], idealNodes: placed.count + 1)
        }
        copies = ratios.reduce(0, +) / Double(max(1, ratios.count))
    }
}
