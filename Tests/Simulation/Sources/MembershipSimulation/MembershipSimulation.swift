@_spi(Simulation) package import MeshRing
import SimulatedNetwork
import MeshCrypto

/// A network of membership cores under a virtual clock and a seed: what scenarios are made of.
package final class MembershipSimulation {
    /// Who may appear; seats have the same numbers.
    package let cast: Cast
    let network: VirtualNetwork<MembershipHost>
    let ledger: Ledger
    /// Parts of the protocol that are taken away from all cores.
    let faults: SwimFaults
    private var startedAt: [Int: UInt64] = [:]
    /// Who has come back a moment ago was away until then, and may be found so for as long as that takes to be seen.
    private static let settlingTime: UInt64 = 5_000
    /// When it began, on the virtual clock.
    package let start: UInt64 = 1_800_000_000_000

    /// A network whose first `members` nodes have been together for hours; the rest of the cast may join.
    package init(cast: Cast, members: Int, seed: UInt64, faults: SwimFaults = []) {
        self.cast = cast
        self.faults = faults
        ledger = Ledger(seats: cast.nodes.count)
        network = VirtualNetwork(seats: cast.nodes.count, seed: seed, now: start)
        seatMembers(members)
        ledger.isThere = { [unowned self] in isThere($0) }
    }

    private func seatMembers(_ count: Int) {
        var roster = Roster(parameters: cast.parameters)
        for record in cast.records[..<count] {
            roster.put(
                Roster.Member(record, state: .alive, stateSinceMilliseconds: start, provenAtMilliseconds: start))
        }
        let order = (0..<count).sorted { cast.nodes[$0] < cast.nodes[$1] }
        var setup = SwimSetup()
        setup.faults = faults
        setup.verifier = { [ledger] in ledger.isSigned($0) }
        setup.roster = roster
        for (rank, number) in order.enumerated() {
            setup.links = order.enumerated().filter { $0.element != number }.map { otherRank, other in
                (cast.nodes[other], rank < otherRank ? cast.endpoints[other] : nil)
            }
            let core = makeCore(number, stored: nil, join: [], setup)
            network.seat(
                MembershipHost(number, core: core, cast: cast, ledger: ledger), on: number, at: cast.endpoints[number],
                deadline: core.nextDeadline)
            ledger.setDigest(core.roster.digest, of: number)
        }
        linkAll(order)
    }

    private func linkAll(_ order: [Int]) {
        for (rank, one) in order.enumerated() {
            for other in order[(rank + 1)...] {
                let link = network.join(one, other)
                _ = network.withHost(one) { $0.takeOver(link, to: other, isDialler: true) }
                _ = network.withHost(other) { $0.takeOver(link, to: one, isDialler: false) }
            }
        }
    }

    private func makeCore(_ number: Int, stored: Roster?, join: [Int], _ setup: SwimSetup) -> SwimMembership {
        let description = NodeDescription(at: cast.endpoints[number], in: cast.parameters, software: "simulated/1")
        let configuration = MembershipConfiguration(
            identity: cast.identities[number], description: description, parameters: cast.parameters, stored: stored,
            startAddresses: join.map { StartAddress(cast.endpoints[$0]) }, seed: network.random.next())
        guard let core = try? SwimMembership(configuration, setup: setup, now: network.now) else {
            preconditionFailure("a valid configuration")
        }
        return core
    }
}

// What happens to nodes.
extension MembershipSimulation {
    /// Starts a node: with what it had on disk, or through members that it is told.
    func start(_ number: Int, stored: Roster? = nil, through members: [Int] = []) {
        var setup = SwimSetup()
        setup.faults = faults
        setup.verifier = { [ledger] in ledger.isSigned($0) }
        let core = makeCore(number, stored: stored, join: members, setup)
        let host = MembershipHost(number, core: core, cast: cast, ledger: ledger)
        ledger.setDigest(core.roster.digest, of: number)
        startedAt[number] = network.now
        network.start(host, on: number, at: cast.endpoints[number])
    }

    /// Ends a node; what it had on disk.
    @discardableResult
    func end(_ number: Int, silently: Bool) -> Roster? {
        let stored = network.withHost(number) { $0.stored ?? $0.core.roster }
        network.end(number, silently: silently)
        ledger.setDigest(nil, of: number)
        return stored
    }

    /// Whether a node has run for a moment and is reached by most others.
    private func isThere(_ number: Int) -> Bool {
        guard network.isRunning(number) else { return false }
        if let time = startedAt[number], network.now < time + Self.settlingTime { return false }
        let conditions = network.conditions
        guard conditions.isAnythingBlocked else { return true }
        var (others, reaching) = (0, 0)
        for other in cast.nodes.indices where other != number && network.isTaken(other) {
            others += 1
            let isOpen = conditions.isOpen(from: other, to: number) && conditions.isOpen(from: number, to: other)
            if isOpen { reaching += 1 }
        }
        return 2 * reaching > others
    }

    private func isLiar(_ node: NodeID) -> Bool {
        !ledger.liars.isEmpty && cast.number(of: node).map { ledger.liars.contains($0) } ?? false
    }

    /// Whether all nodes that run have one digest, over exactly themselves.
    var hasConverged: Bool {
        guard ledger.hostsByDigest.count == 1, let (_, count) = ledger.hostsByDigest.first else { return false }
        guard let first = honest.first else { return false }
        return network.withHost(first) { host in
            host.core.roster.members.count { $0.state.isPlaced && !isLiar($0.node) } == count
        } ?? false
    }

    /// Hosts whose lies begin now; what they think counts no more.
    func corrupt(_ hosts: Set<Int>, _ liar: (Int) -> any Liar) {
        ledger.setLiars(hosts)
        for host in hosts.sorted() {
            network.tell(host) { seat, _ in
                seat.liar = liar(host)
                return seat.nextDeadline
            }
        }
    }

    /// The honest nodes that run.
    var honest: [Int] { network.living.filter { !ledger.liars.contains($0) } }

    /// Lets time pass until all agree; how long it took, in milliseconds, or nil if they don't within `limit`.
    func agreement(within limit: UInt64) -> UInt64? {
        network.run(atMost: limit) { hasConverged }
    }
}
