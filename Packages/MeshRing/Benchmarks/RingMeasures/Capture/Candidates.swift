import MeshCrypto
import MeshRing

/// The places that an attacker could take, a group a prefix.
struct Candidates {
    let groups: [[Placement]]

    init(groups: [[Placement]]) {
        self.groups = groups
    }

    /// Every slot of every address, each with a node of its own.
    init(_ holding: Holding, in parameters: NetworkParameters, from crowd: inout Crowd) {
        let groups = holding.draw(from: &crowd)
        self.groups = groups.map { addresses in
            addresses.flatMap { address in
                (0..<UInt16(parameters.slotsPerAddress)).map {
                    Placement(node: crowd.node(), address: address, slot: $0)
                }
            }
        }
    }

    var count: Int { groups.reduce(0) { $0 + $1.count } }

    /// Those that count where an attacker takes just one place in each prefix: all, unless honest nodes crowd it.
    func admittedAlone(in network: HonestNetwork) -> Candidates {
        let prefixes = Dictionary(grouping: network.placements, by: \.address.prefix)
        return Candidates(
            groups: groups.map { group in
                guard let neighbours = group.first.flatMap({ prefixes[$0.address.prefix] }),
                    neighbours.count >= PlacementCaps.nodesPerSite
                else { return group }
                return group.filter { candidate in
                    PlacementCaps.select(neighbours + [candidate], in: network.parameters).contains(candidate)
                }
            })
    }

    /// Those that count where an attacker takes all places at once, and the honest nodes that still do.
    func admittedTogether(in network: HonestNetwork) -> (candidates: Candidates, honest: [Placement]) {
        let all = network.placements + groups.joined()
        let admitted = PlacementCaps.select(all, in: network.parameters)
        let honest = Set(network.placements.map(\.node))
        let groups = Dictionary(grouping: admitted.lazy.filter { !honest.contains($0.node) }, by: \.address.prefix)
        return (Candidates(groups: Array(groups.values)), admitted.filter { honest.contains($0.node) })
    }
}
