@_spi(Simulation) import MeshRing
import SimulatedNetwork
import Testing

@testable import MembershipSimulation

/// Cores with a part taken out are found by the simulator within 50 seeds; the whole one passes the same runs.
@Suite struct BrokenCoreTests {
    private static let seeds = 50

    /// How many seeds it takes until a run goes wrong; nil if none does.
    private func seedsUntilFound(_ faults: SwimFaults, _ goesWrong: (MembershipSimulation) -> Bool) -> Int? {
        let cast = Cast(nodes: 11)
        return (1...Self.seeds).first { number in
            let simulation = MembershipSimulation(
                cast: cast, members: 10, seed: freshSeed &+ UInt64(number), faults: faults)
            return goesWrong(simulation)
        }
    }

    /// Two nodes don't hear each other, and a tenth of all messages is lost: nobody may be removed.
    private func badWays(_ simulation: MembershipSimulation) -> Bool {
        simulation.network.conditions.block(fromHost: 0, to: 1)
        simulation.network.conditions.block(fromHost: 1, to: 0)
        simulation.network.conditions.lostPerMille = 100
        simulation.network.run(for: 60_000)
        return !simulation.ledger.falseRemovals.isEmpty
    }

    /// A node doesn't hear most of what it is told; it must not take that for the others' fault.
    private func deafNode(_ simulation: MembershipSimulation) -> Bool {
        simulation.network.conditions.deafen(0, perMille: 750)
        simulation.network.run(for: 60_000)
        return simulation.ledger.falseRemovals.contains { $0.judge == 0 }
    }

    /// A member tells of a node that doesn't exist: nobody may count it.
    private func invention(_ simulation: MembershipSimulation) -> Bool {
        let (cast, network) = (simulation.cast, simulation.network)
        network.tell(1) { host, outlet in
            for other in host.linked {
                host.send(.records([.init(cast.records[10], state: .alive)]), to: other, &outlet)
            }
            return host.nextDeadline
        }
        network.run(for: 5_000)
        return network.living.contains { network.host($0)!.core.roster[cast.nodes[10]] != nil }
    }

    @Test("the whole core passes five seeds of each")
    func whole() {
        let cast = Cast(nodes: 11)
        for number in 0..<5 as Range<UInt64> {
            for goesWrong in [badWays, deafNode, invention] {
                let simulation = MembershipSimulation(cast: cast, members: 10, seed: freshSeed &+ number)
                #expect(!goesWrong(simulation), "seed \(freshSeed &+ number)")
            }
        }
    }

    @Test("suspicion without confirmations is found")
    func noConfirmations() {
        let found = seedsUntilFound(.noConfirmations, deafNode)
        #expect(found != nil, "from seed \(freshSeed)")
    }

    @Test("no refutation is found")
    func noRefutation() {
        let found = seedsUntilFound(.noRefutation, badWays)
        #expect(found != nil, "from seed \(freshSeed)")
    }

    @Test("no proof before belief is found")
    func noProof() {
        let found = seedsUntilFound(.noProof, invention)
        #expect(found != nil, "from seed \(freshSeed)")
    }
}
