import MeshCrypto
import MeshRing

/// One draw of networks, users and attackers: who gets whom.
///
/// Building a ring for each attempt would take hours. Here one ring a network is built, by the code that nodes use; each
/// user's set is asked of it; and what an attacker's nearest places change is found by comparing distances. For one user
/// of each case the attempt is made in earnest as well, with caps and a ring that has the attacker in it: the draw fails
/// where the two differ.
public struct CaptureDraw {
    /// Chances in one network.
    public struct Outcome: Sendable {
        /// The attacker knows the user, and takes that place in each prefix that is best against this one.
        public var chosen: CaptureFigures
        /// The attacker takes all places at once, as far as the caps let it: what it gets of everybody.
        public var together: CaptureFigures

        /// Takes the parts as they are.
        public init(chosen: CaptureFigures, together: CaptureFigures) {
            self.chosen = chosen
            self.together = together
        }
    }

    /// Arithmetic and ring gave an attacker different parts of a user's set.
    public struct Contradiction: Error, CustomStringConvertible {
        let attacker: String
        let nodes: Int
        let arithmetic: Capture
        let ring: Capture

        /// What differs.
        public var description: String {
            "\(attacker) against \(nodes) nodes: computed \(arithmetic), the ring gives \(ring)"
        }
    }

    let parameters = NetworkParameters.measured()
    let users: [Target]
    let networks: [Crowd.Spread: [Int: HonestNetwork]]
    var crowd: Crowd

    /// Draws `users` users and a network of each size.
    public init(nodeCounts: [Int], users count: Int, seed: UInt64, spreads: [Crowd.Spread] = Crowd.Spread.allCases) {
        var crowd = Crowd(seed: seed)
        let users = Target.draw(count, from: &crowd)
        var networks: [Crowd.Spread: [Int: HonestNetwork]] = [:]
        for spread in spreads {
            for nodes in nodeCounts {
                let placements = PlacementCaps.select(crowd.placements(nodes, spread), in: parameters)
                networks[spread, default: [:]][nodes] = HonestNetwork(placements, in: parameters, users: users)
            }
        }
        (self.users, self.networks, self.crowd) = (users, networks, crowd)
    }

    /// What a holding gives in each network.
    public mutating func outcomes(of holding: Holding) throws(Contradiction) -> [Int: Outcome] {
        let candidates = Candidates(holding, in: parameters, from: &crowd)
        let grip = Grip(candidates, on: users, in: parameters)
        var outcomes: [Int: Outcome] = [:]
        for (nodes, network) in networks[holding.spread] ?? [:] {
            let alone = candidates.admittedAlone(in: network)
            let chosen = alone.count == candidates.count ? grip : Grip(alone, on: users, in: parameters)
            try confirm(chosen, holding.addresses % users.count, holding.name, network)
            let (admitted, honest) = candidates.admittedTogether(in: network)
            let together = admitted.count == candidates.count ? grip : Grip(admitted, on: users, in: parameters)
            outcomes[nodes] = Outcome(
                chosen: figures(of: chosen, in: network),
                together: figures(of: together, in: network.keeping(honest, users: users)))
        }
        return outcomes
    }

    /// What one address with every port gave in the prototype.
    public mutating func prototypeOutcomes(nodeCounts: [Int]) -> [Int: CaptureFigures] {
        var outcomes: [Int: CaptureFigures] = [:]
        for nodes in nodeCounts {
            let honest = (0..<nodes).map { _ in crowd.address() }
            let prototype = Prototype(honest: honest, attacker: crowd.address())
            var figures = CaptureFigures(replicas: Int(parameters.replicas))
            for user in users {
                figures.add(prototype.capture(at: user.position, replicas: Int(parameters.replicas)))
            }
            outcomes[nodes] = figures
        }
        return outcomes
    }

    private func figures(of grip: Grip, in network: HonestNetwork) -> CaptureFigures {
        var figures = CaptureFigures(replicas: Int(parameters.replicas))
        for user in users.indices { figures.add(grip.capture(of: user, in: network)) }
        return figures
    }
}

// The attempt made in earnest.
extension CaptureDraw {
    private func confirm(
        _ grip: Grip, _ user: Int, _ attacker: String, _ network: HonestNetwork
    ) throws(Contradiction) {
        let arithmetic = grip.capture(of: user, in: network)
        try confirm(arithmetic, of: user, by: grip.nearest[user].map(\.placement), attacker, network)
    }

    func confirm(
        _ arithmetic: Capture, of user: Int, by own: [Placement], _ attacker: String, _ network: HonestNetwork
    ) throws(Contradiction) {
        let placed = PlacementCaps.select(network.placements + own, in: parameters)
        let set = network.ring.updated(to: placed).replicaSet(for: users[user].id)
        let nodes = Set(own.map(\.node))
        let ring = Capture(
            isResidence: set.residence.map(nodes.contains) ?? false, replicas: set.count { nodes.contains($0) })
        guard ring == arithmetic else {
            throw Contradiction(
                attacker: attacker, nodes: network.placements.count, arithmetic: arithmetic, ring: ring)
        }
    }
}
