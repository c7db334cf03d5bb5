import MeshCrypto
import MeshRing

// The one case in which keys matter.
extension CaptureDraw {
    /// What somebody gets of a user's set who stands at the very address of the user's residence (behind the same NAT,
    /// or in the same IPv6 /56), claims its place as well, and keeps the best of so many keys.
    public mutating func neighbourOutcomes(keys: Int) throws(Contradiction) -> [Int: CaptureFigures] {
        var outcomes: [Int: CaptureFigures] = [:]
        for (nodes, network) in networks[.even] ?? [:] {
            var figures = CaptureFigures(replicas: Int(parameters.replicas))
            for user in users.indices {
                let (claimant, capture) = neighbour(of: user, in: network, keys: keys)
                if user == 0 { try confirm(capture, of: user, by: [claimant], "neighbour-\(keys)-keys", network) }
                figures.add(capture)
            }
            outcomes[nodes] = figures
        }
        return outcomes
    }

    private mutating func neighbour(
        of user: Int, in network: HonestNetwork, keys: Int
    ) -> (claimant: Placement, capture: Capture) {
        let id = users[user].id
        let residence = network.placement(of: network.ring.residence(of: id)!)
        let best = (0..<keys).map { _ in crowd.node() }.min {
            Keyspace.claim(of: $0, on: id) < Keyspace.claim(of: $1, on: id)
        }!
        let wins = Keyspace.claim(of: best, on: id) < Keyspace.claim(of: residence.node, on: id)
        return (
            Placement(node: best, address: residence.address, slot: residence.slot),
            Capture(isResidence: wins, replicas: wins ? 1 : 0)
        )
    }
}
