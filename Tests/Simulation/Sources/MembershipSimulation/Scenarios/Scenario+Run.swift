@_spi(Simulation) package import MeshRing
import SimulatedNetwork

extension RunSettings {
    /// Who appears: the members, and who joins; of the liars that accuse, one prefix.
    package var cast: Cast {
        Cast(nodes: nodes + scenario.joiners, crowd: scenario == .accused ? max(1, nodes / 10) : 0)
    }

    /// How long after the last event all have to agree, in milliseconds.
    private static let patience: UInt64 = 180_000

    /// Runs the scenario.
    package func run(cast: Cast, faults: SwimFaults = []) -> RunResult {
        let simulation = MembershipSimulation(cast: cast, members: nodes, seed: seed, faults: faults)
        simulation.network.conditions.lostPerMille = scenario == .idle ? 0 : 10 * lossPercent
        simulation.network.run(for: 3_000)
        simulation.network.resetTraffic()
        let begin = simulation.network.now
        happen(in: simulation)
        let lies = scenario.hasLiars ? lie(in: simulation) : LieResult()
        let agreed = simulation.agreement(within: Self.patience)
        let traffic = simulation.network.traffic
        let time = simulation.network.now - begin
        return RunResult(
            settings: self, agreedAfter: agreed, falseRemovals: simulation.ledger.falseRemovals.count,
            nodeMilliseconds: UInt64(simulation.network.living.count) * time, messages: traffic.messages,
            bytes: traffic.bytes, dials: traffic.dials, peakMembers: lies.peakMembers,
            peakCandidates: lies.peakCandidates, splitReports: lies.splitReports, honestNodes: lies.honestNodes,
            differences: agreed == nil ? simulation.differences : simulation.removals)
    }

    private func happen(in simulation: MembershipSimulation) {
        let network = simulation.network
        switch scenario {
        case .idle, .loss: network.run(for: duration)
        case .join, .joinMany: join(simulation)
        case .crash: simulation.end(network.random.below(nodes), silently: true)
        case .end: simulation.end(network.random.below(nodes), silently: false)
        case .crashMany:
            for number in network.random.sample(Array(0..<nodes), nodes * 3 / 10) {
                simulation.end(number, silently: true)
            }
        case .partition: part(simulation, bothWays: true)
        case .oneWay: part(simulation, bothWays: false)
        case .pause:
            network.conditions.pause(network.random.below(nodes), until: network.now + 20_000)
            network.run(for: 20_000)
        case .restart: restartAll(simulation)
        case .slow:
            for number in network.random.sample(Array(0..<nodes), max(1, nodes / 100)) {
                network.conditions.slow(number, by: 2_000)
            }
            network.run(for: duration)
        case .accused, .forged, .invented, .twoRosters, .twoRecords: break
        }
    }

    /// Each through one member, within a second.
    private func join(_ simulation: MembershipSimulation) {
        let network = simulation.network
        let begin = network.now
        let times = (0..<scenario.joiners).map { _ in network.random.below(UInt64(scenario == .join ? 1 : 1_000)) }
        for (index, time) in times.sorted().enumerated() {
            network.run(until: begin + time)
            simulation.start(nodes + index, through: [network.random.below(nodes)])
        }
    }

    private func part(_ simulation: MembershipSimulation, bothWays: Bool) {
        let network = simulation.network
        network.conditions.put(network.random.sample(Array(0..<nodes), nodes / 2), onSide: 1)
        network.conditions.block(from: 1, to: 0)
        if bothWays { network.conditions.block(from: 0, to: 1) }
        network.expectSilence()
        network.run(for: 30_000)
        network.conditions.heal()
    }

    /// Each is away for two seconds; the next ones follow five seconds later.
    private func restartAll(_ simulation: MembershipSimulation) {
        let network = simulation.network
        let order = network.random.sample(Array(0..<nodes), nodes)
        let atOnce = max(1, nodes / 100)
        for first in stride(from: 0, to: nodes, by: atOnce) {
            let numbers = order[first..<min(first + atOnce, nodes)]
            let stored = numbers.map { simulation.end($0, silently: false) }
            network.run(for: 2_000)
            for (number, roster) in zip(numbers, stored) { simulation.start(number, stored: roster) }
            network.run(for: 3_000)
        }
    }
}
