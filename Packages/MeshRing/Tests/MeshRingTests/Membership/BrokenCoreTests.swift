import MeshCrypto
import Testing

@_spi(Simulation) @testable import MeshRing

/// Cores with a part taken out: the tests that the whole one passes find each of them within 50 seeds.
@Suite struct BrokenCoreTests {
    /// How many seeds it takes until a scenario goes wrong; nil if it never does.
    private func seedsUntilFound(_ faults: SwimFaults, goesWrong: (VirtualNetwork<BrokenCore>) -> Bool) -> Int? {
        (1...50).first { seed in
            BrokenCore.$faults.withValue(faults) {
                let network = VirtualNetwork<BrokenCore>(seed: UInt64(seed))
                for _ in 0..<10 { network.add() }
                network.warmStart()
                return goesWrong(network)
            }
        }
    }

    private func hasRemovals(_ network: VirtualNetwork<BrokenCore>) -> Bool {
        network.hosts.contains { host in
            host.log.contains { if case .memberChanged(_, _, .down) = $0 { true } else { false } }
        }
    }

    /// Two nodes can't hear each other, and a tenth of all messages is lost.
    private func badWays(_ network: VirtualNetwork<BrokenCore>) -> Bool {
        network.cut([0], [1])
        network.lossPercent = 10
        network.run(for: 60_000)
        return hasRemovals(network)
    }

    /// A node doesn't hear most of what it is told; it must not take that for the others' fault.
    private func deafNode(_ network: VirtualNetwork<BrokenCore>) -> Bool {
        network.deafness[0] = 75
        network.run(for: 60_000)
        return network.hosts[0].log.contains { if case .memberChanged(_, _, .down) = $0 { true } else { false } }
    }

    /// A member names a node that doesn't exist.
    private func invention(_ network: VirtualNetwork<BrokenCore>) -> Bool {
        let record = Samples.record(99, at: Samples.endpoint("127.0.0.1:9"), in: network.parameters)
        network.inject(0, .records([ReportedRecord(record, state: .alive)], from: network.node(1)))
        network.run(for: 5_000)
        return network.core(0).roster[record.node] != nil
    }

    @Test("the whole core passes all seeds")
    func whole() {
        #expect(seedsUntilFound([]) { badWays($0) } == nil)
        #expect(seedsUntilFound([]) { deafNode($0) } == nil)
        #expect(seedsUntilFound([]) { invention($0) } == nil)
    }

    @Test("suspicion without confirmations is found")
    func noConfirmations() throws {
        #expect(try #require(seedsUntilFound(.noConfirmations) { deafNode($0) }) <= 50)
    }

    @Test("no refutation is found")
    func noRefutation() throws {
        #expect(try #require(seedsUntilFound(.noRefutation) { badWays($0) }) <= 50)
    }

    @Test("no proof before belief is found")
    func noProof() throws {
        #expect(try #require(seedsUntilFound(.noProof) { invention($0) }) <= 50)
    }
}

/// SWIM with the faults of the running test.
struct BrokenCore: MembershipCore {
    @TaskLocal static var faults: SwimFaults = []
    private var core: SwimMembership

    init(_ configuration: MembershipConfiguration, now: UInt64) throws(MembershipError) {
        core = try SwimMembership(configuration, faults: Self.faults, now: now)
    }

    var roster: Roster { core.roster }
    var ownRecord: NodeRecord { core.ownRecord }
    var nextDeadline: UInt64? { core.nextDeadline }
    var counters: MembershipCounters { core.counters }

    mutating func handle(_ event: MembershipEvent, now: UInt64) -> [MembershipAction] { core.handle(event, now: now) }
}
