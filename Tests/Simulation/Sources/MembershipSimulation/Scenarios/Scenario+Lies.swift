import MeshCrypto
@_spi(Simulation) import MeshRing
import SimulatedNetwork

/// What came of lies.
struct LieResult {
    var peakMembers = 0
    var peakCandidates = 0
    var splitReports = 0
    var honestNodes = 0
}

extension RunSettings {
    /// How long liars lie, in milliseconds.
    private static let lyingTime: UInt64 = 60_000
    /// How long a split view has to be found: in a network of a thousand a pair hears each other every two minutes.
    private static let splitTime: UInt64 = 600_000

    /// Lets liars lie for a while, and then go: what the rest thinks of them is nobody's concern.
    func lie(in simulation: MembershipSimulation) -> LieResult {
        var result = LieResult()
        let liars = begin(in: simulation)
        let end = simulation.network.now + (scenario == .twoRosters ? Self.splitTime : Self.lyingTime)
        while simulation.network.now < end {
            simulation.network.run(for: 1_000)
            look(at: simulation, &result)
            if scenario == .twoRosters, result.splitReports == result.honestNodes { break }
        }
        for liar in liars.sorted() { simulation.end(liar, silently: false) }
        simulation.network.conditions.heal()
        return result
    }

    private func look(at simulation: MembershipSimulation, _ result: inout LieResult) {
        (result.honestNodes, result.splitReports) = (0, 0)
        for number in simulation.honest {
            simulation.network.withHost(number) { host in
                let held = host.core.occupancy
                result.peakMembers = max(result.peakMembers, held.members)
                result.peakCandidates = max(result.peakCandidates, held.candidates)
                result.honestNodes += 1
                result.splitReports += host.core.splitViews.isEmpty ? 0 : 1
            }
        }
    }

    /// Who lies from now on.
    private func begin(in simulation: MembershipSimulation) -> Set<Int> {
        let network = simulation.network
        let now = network.now
        switch scenario {
        case .accused:
            let liars = Set((nodes - max(1, nodes / 10))..<nodes)
            simulation.corrupt(liars) { _ in Accuser(seed: network.random.next(), from: now) }
            return liars
        case .forged: return forge(in: simulation)
        case .invented:
            simulation.corrupt([nodes - 1]) { _ in Inventor(from: now, invented: Inventor.invented) }
            return [nodes - 1]
        case .twoRosters: return showTwoRosters(in: simulation)
        case .twoRecords: return showTwoRecords(in: simulation)
        default: return []
        }
    }

    /// One node leaves and one restarts first: their former records are what is replayed.
    private func forge(in simulation: MembershipSimulation) -> Set<Int> {
        let network = simulation.network
        let numbers = network.random.sample(Array(0..<(nodes - 1)), 2)
        network.tell(numbers[0]) { host, outlet in
            host.tell(.leave, &outlet)
            return nil
        }
        network.run(for: 200)
        simulation.end(numbers[0], silently: false)
        let stored = simulation.end(numbers[1], silently: false)
        network.run(for: 1_000)
        simulation.start(numbers[1], stored: stored)
        network.run(for: 10_000)
        let (seed, now) = (network.random.next(), network.now)
        simulation.corrupt([nodes - 1]) { _ in
            Forger(seed: seed, from: now, old: numbers.map { simulation.cast.records[$0] })
        }
        return [nodes - 1]
    }

    /// Half of the network can't reach who joins.
    private func showTwoRosters(in simulation: MembershipSimulation) -> Set<Int> {
        let network = simulation.network
        network.conditions.put(network.random.sample(Array(0..<nodes), nodes / 2), onSide: 1)
        network.conditions.put([nodes], onSide: 2)
        network.conditions.block(from: 1, to: 2)
        network.conditions.block(from: 2, to: 1)
        let first = (0..<nodes).first { network.conditions.isOpen(from: $0, to: nodes) } ?? 0
        simulation.ledger.setLiars([nodes])
        simulation.start(nodes, through: [first])
        return [nodes]
    }

    /// Both with a higher incarnation, in two slots.
    private func showTwoRecords(in simulation: MembershipSimulation) -> Set<Int> {
        let (network, cast, liar) = (simulation.network, simulation.cast, nodes - 1)
        simulation.ledger.setLiars([liar])
        let records = [UInt16(1), 2].compactMap { slot -> NodeRecord? in
            var description = cast.records[liar].description
            description.slot = slot
            return try? NodeRecord(
                description, network: cast.network, incarnation: 2, signedBy: cast.identities[liar])
        }
        network.tell(liar) { host, outlet in
            for (index, other) in host.linked.enumerated() {
                let record = records[index % 2]
                host.send(.records([ReportedRecord(record, state: .alive)]), to: other, &outlet)
            }
            return host.nextDeadline
        }
        return [liar]
    }
}
