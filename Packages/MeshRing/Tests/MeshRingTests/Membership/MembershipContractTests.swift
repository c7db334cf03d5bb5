import MeshCrypto
import Testing

@testable import MeshRing

@Suite struct MembershipContractTests {
    typealias Network = VirtualNetwork<SwimMembership>

    /// So many nodes that know each other.
    private func settled(_ count: Int, seed: UInt64 = 1, laboratory: Bool = true) -> Network {
        let network = Network(seed: seed, laboratory: laboratory)
        for index in 0..<count {
            let address = laboratory ? .ipv4(0x7f00_0001) : Samples.address(index)
            network.add(at: Endpoint(address: address, port: UInt16(4_000 + index))!)
        }
        network.start(0)
        for index in 1..<count { network.start(index, join: [0]) }
        #expect(network.run(atMost: 30_000) { network.hasConverged(count) } != nil)
        network.run(for: 5_000)
        return network
    }

    @Test("two nodes, one joins the other, both have one digest and one link")
    func twoNodesMeet() {
        let network = Network(seed: 1)
        network.add()
        network.add()
        network.start(0)
        network.start(1, join: [0])
        let took = network.run(atMost: 5_000) { network.hasConverged(2) }
        #expect(took != nil && took! < 1_000)
        network.run(for: 2_000)
        #expect(network.linkCount(0, 1) == 1)
        #expect(network.state(of: 1, at: 0) == .alive)
    }

    @Test("nodes joined in any order through any one address, all have one digest", arguments: [9, 30], 0..<5)
    func manyNodesMeet(count: Int, seed: Int) {
        let network = Network(seed: UInt64(seed))
        var random = SeededGenerator(seed: UInt64(seed) + 100)
        for _ in 0..<count { network.add() }
        let order = random.sample(Array(0..<count), count)
        network.start(order[0])
        for position in 1..<count {
            network.start(order[position], join: [order[Int(random.below(UInt64(position)))]])
            if seed.isMultiple(of: 2) { network.run(for: random.below(500)) }
        }
        #expect(network.run(atMost: 30_000) { network.hasConverged(count) } != nil, "seed \(seed)")
        network.run(for: 10_000)
        #expect(network.hasConverged(count))
        for one in 0..<count { for other in 0..<one { #expect(network.linkCount(one, other) == 1) } }
    }

    @Test("joined through each other in a chain before anybody else is up, all meet")
    func chain() {
        let network = Network(seed: 4)
        for _ in 0..<6 { network.add() }
        for index in (1..<6).reversed() { network.start(index, join: [index - 1]) }
        network.run(for: 20_000)
        #expect(!network.hasConverged(6))
        network.start(0)
        #expect(network.run(atMost: 60_000) { network.hasConverged(6) } != nil)
    }

    @Test("half of all dials lost, all meet nevertheless", arguments: 0..<4)
    func lostDials(seed: UInt64) {
        let network = Network(seed: seed)
        network.dialLossPercent = 50
        network.delay = 20...300
        for _ in 0..<9 { network.add() }
        network.start(0)
        for index in 1..<9 { network.start(index, join: [0]) }
        #expect(network.run(atMost: 600_000) { network.hasConverged(9) } != nil, "seed \(seed)")
    }

    @Test("a crashed node is down for all within seconds, and back after its restart without a start address")
    func crashAndReturn() {
        let network = settled(9)
        network.crash(3)
        #expect(network.run(atMost: 5_000) { network.hasConverged(8) } != nil)
        #expect(network.state(of: 3, at: 0) == .down)
        network.start(3)
        #expect(network.run(atMost: 5_000) { network.hasConverged(9) } != nil)
        #expect(network.core(0).roster[network.node(3)]!.record.incarnation == 2)
    }

    @Test("a broken connection makes nobody down")
    func brokenConnection() {
        let network = settled(5)
        network.cut([0], [1, 2])
        network.heal()
        network.run(for: 5_000)
        #expect(network.hasConverged(5))
        for index in 0..<5 {
            let downs = network.hosts[index].log.filter {
                if case .memberChanged(_, _, .down) = $0 { true } else { false }
            }
            #expect(downs.isEmpty)
        }
    }

    @Test("all nodes restarted at once with their stores, nobody joins anybody, all meet again")
    func restartOfAll() {
        let network = settled(9)
        for index in 0..<9 { network.crash(index) }
        for index in 0..<9 { network.start(index) }
        #expect(network.core(0).roster.members.count == 9)
        #expect(network.run(atMost: 30_000) { network.hasConverged(9) } != nil)
    }

    @Test("a partition, healed, ends in one digest")
    func partition() {
        let network = settled(9)
        network.cut([0, 1, 2, 3], [4, 5, 6, 7, 8])
        network.run(for: 60_000)
        #expect(network.core(0).roster.members.count { $0.state == .alive } == 4)
        #expect(network.core(8).roster.members.count { $0.state == .alive } == 5)
        network.heal()
        #expect(network.run(atMost: 90_000) { network.hasConverged(9) } != nil)
    }

    @Test("a node that leaves is left for all, is dialled no more, and comes back with a higher incarnation")
    func leaving() {
        let network = settled(5)
        network.inject(2, .leave)
        #expect(network.hosts[2].log.last == .departed)
        network.run(for: 100)
        network.crash(2)
        #expect(network.run(atMost: 2_000) { network.hasConverged(4) } != nil)
        for index in [0, 1, 3, 4] { #expect(network.state(of: 2, at: index) == .left) }
        let before = network.hosts[0].log.count
        network.run(for: 300_000)
        let dialled = network.hosts[0].log[before...].contains {
            if case .dial(let endpoint, _) = $0 { endpoint == network.hosts[2].endpoint } else { false }
        }
        #expect(!dialled)
        network.start(2)
        #expect(network.run(atMost: 10_000) { network.hasConverged(5) } != nil)
    }

    @Test("a replayed record doesn't bring back who left")
    func replayAfterLeave() {
        let network = settled(3)
        let old = network.core(2).ownRecord
        network.inject(2, .leave)
        network.run(for: 100)
        network.crash(2)
        network.inject(0, .records([ReportedRecord(old, state: .alive)], from: network.node(1)))
        network.run(for: 10_000)
        #expect(network.state(of: 2, at: 0) == .left)
        #expect(network.core(0).counters.staleRecords > 0)
    }

    @Test("a node moved to another port is there for all with its new record")
    func moving() {
        let network = settled(5)
        network.crash(2)
        network.move(2, to: Samples.endpoint("127.0.0.1:9999"))
        network.start(2)
        #expect(network.run(atMost: 20_000) { network.hasConverged(5) } != nil)
        #expect(network.core(0).roster[network.node(2)]!.record.slot == 9_999)
    }

    @Test("a node moved to another address is there for all with its new record")
    func movingAddress() {
        let network = settled(5)
        network.crash(2)
        network.move(2, to: Samples.endpoint("127.0.0.9:4002"))
        network.start(2)
        #expect(network.run(atMost: 20_000) { network.hasConverged(5) } != nil)
        let address = network.hosts[2].endpoint.address
        #expect(network.core(0).roster[network.node(2)]!.record.placementAddress == address)
    }

    @Test("a node that lost its store learns of its higher incarnation and rises above it")
    func lostStore() {
        let network = settled(3)
        for _ in 0..<4 {
            network.crash(1)
            network.start(1)
            network.run(for: 5_000)
        }
        #expect(network.core(1).ownRecord.incarnation == 5)
        network.crash(1)
        network.wipe(1)
        network.start(1, join: [0])
        #expect(network.run(atMost: 10_000) { network.hasConverged(3) } != nil)
        #expect(network.core(0).roster[network.node(1)]!.record.incarnation == 6)
    }

    @Test("a link whose other side dialled it is proven again every 30 minutes; if that fails, the node is down")
    func renewal() throws {
        let network = settled(2)
        let high = network.node(0) > network.node(1) ? 0 : 1
        let low = 1 - high
        let first = try #require(network.core(high).roster[network.node(low)]?.provenAtMilliseconds)
        network.run(for: 60 * 60_000)
        let second = try #require(network.core(high).roster[network.node(low)]?.provenAtMilliseconds)
        #expect(second >= first + 30 * 60_000)
        #expect(network.linkCount(0, 1) == 1 && network.hasConverged(2))
        network.cuts.insert([high, low])
        network.run(for: 100 * 60_000)
        #expect(network.state(of: low, at: high) == .down)
        network.heal()
        network.run(for: 5 * 60_000)
        #expect(network.state(of: low, at: high) == .alive)
    }

    @Test("a new key at the place of one that has been down for 10 minutes takes its place")
    func superseding() {
        let network = settled(3)
        let old = network.node(2)
        network.crash(2)
        network.run(for: 5_000)
        let heir = network.add(at: network.hosts[2].endpoint, identity: 77)
        network.start(heir, join: [0])
        network.run(for: 60_000)
        #expect(network.core(0).roster[old]?.state == .down)
        #expect(network.state(of: heir, at: 0) == .alive)
        network.run(for: 10 * 60_000)
        #expect(network.core(0).roster[old] == nil && network.core(1).roster[old] == nil)
        #expect(network.hasConverged(3))
    }

    @Test("forgetting takes a node that is down out, and nobody else")
    func forgetting() {
        let network = settled(3)
        network.crash(2)
        network.run(for: 5_000)
        network.inject(0, .forget(network.node(1)))
        network.inject(0, .forget(network.node(2)))
        network.inject(0, .forget(network.node(0)))
        #expect(network.core(0).roster.members.map(\.node) == [network.node(0), network.node(1)].sorted())
    }

    @Test("a record that has been down for 14 days is dropped")
    func retention() {
        let network = settled(2)
        network.crash(1)
        network.run(for: 30_000)
        // Two weeks of ticks would tell no more than one at their end.
        var core = network.core(0)
        _ = core.handle(.tick, now: network.now + 13 * 24 * 3_600_000)
        #expect(core.roster[network.node(1)]?.state == .down)
        _ = core.handle(.tick, now: network.now + 14 * 24 * 3_600_000)
        #expect(core.roster.members.count == 1)
    }

    @Test("one seed gives one trace, another seed another one")
    func determinism() {
        func trace(_ seed: UInt64) -> [String] {
            let network = Network(seed: seed)
            network.keepsTrace = true
            network.dialLossPercent = 20
            for _ in 0..<6 { network.add() }
            network.start(0)
            for index in 1..<6 { network.start(index, join: [index - 1]) }
            network.run(for: 10_000)
            network.crash(3)
            network.run(for: 10_000)
            return network.trace
        }
        let first = trace(5)
        #expect(first.count > 200)
        #expect(first == trace(5))
        #expect(first != trace(6))
    }

    @Test("a core with a wrong address or a foreign roster doesn't start")
    func startErrors() {
        let parameters = Samples.parameters()
        let local = NodeDescription(at: Samples.endpoint("127.0.0.1:1"), in: parameters, software: "")
        #expect(throws: MembershipError.refused(.address(.ipv4(0x7f00_0001), .laboratory))) {
            try SwimMembership(
                MembershipConfiguration(
                    identity: Samples.identity(1), description: local, parameters: parameters, seed: 1),
                now: 1)
        }
        let global = NodeDescription(at: Endpoint(address: Samples.address(1), port: 1)!, in: parameters, software: "")
        let foreign = Roster(parameters: Samples.parameters(replicas: 5))
        #expect(throws: MembershipError.foreignRoster(got: foreign.parameters.id, allowed: parameters.id)) {
            try SwimMembership(
                MembershipConfiguration(
                    identity: Samples.identity(1), description: global, parameters: parameters, stored: foreign, seed: 1
                ),
                now: 1)
        }
    }
}
