import MeshCrypto
import Testing

@testable import MeshRing

@Suite struct SwimMembershipTests {
    typealias Network = VirtualNetwork<SwimMembership>

    private func settled(_ count: Int, seed: UInt64 = 1) -> Network {
        let network = Network(seed: seed)
        for _ in 0..<count { network.add() }
        network.warmStart()
        network.run(for: 3_000)
        #expect(network.hasConverged(count))
        return network
    }

    /// How often a host was marked down by whom it shouldn't be.
    private func removals(_ network: Network, of wanted: (Int) -> Bool = { _ in true }) -> Int {
        network.hosts.indices.reduce(0) { sum, index in
            sum
                + network.hosts[index].log.count {
                    guard case .memberChanged(let node, _, .down) = $0 else { return false }
                    return wanted(network.hosts.firstIndex { $0.identity.id == node }!)
                }
        }
    }

    @Test("nodes joined in any order through any one address, all have one digest", arguments: [2, 9, 30], 0..<3)
    func manyNodesMeet(count: Int, seed: Int) {
        let network = Network(seed: UInt64(seed))
        var random = SeededGenerator(seed: UInt64(seed) + 100)
        for _ in 0..<count { network.add() }
        let order = random.sample(Array(0..<count), count)
        network.start(order[0])
        for position in 1..<count {
            network.start(order[position], join: [order[Int(random.below(UInt64(position)))]])
        }
        #expect(network.run(atMost: 30_000) { network.hasConverged(count) } != nil, "seed \(seed)")
        network.run(for: 10_000)
        #expect(network.hasConverged(count))
        #expect(removals(network) == 0)
        for one in 0..<count { for other in 0..<one { #expect(network.linkCount(one, other) == 1) } }
    }

    @Test("a process that ends is down for all within 8 s", arguments: [2, 3, 5, 16])
    func crash(count: Int) {
        let network = settled(count)
        network.crash(0)
        #expect(network.run(atMost: 8_000) { network.hasConverged(count - 1) } != nil)
        network.start(0)
        #expect(network.run(atMost: 8_000) { network.hasConverged(count) } != nil)
    }

    @Test("a machine that falls silent is down for all within 8 s, with 5 % loss", arguments: 0..<10)
    func silentCrash(seed: UInt64) {
        let network = settled(32, seed: seed)
        network.lossPercent = 5
        network.crash(7, silent: true)
        let took = network.run(atMost: 20_000) { network.hasConverged(31) }
        #expect(took ?? .max <= 8_000, "seed \(seed): \(took as Any)")
        #expect(removals(network) { $0 != 7 } == 0)
    }

    @Test("a third of all fallen silent at once is down for the rest, and nobody else")
    func massCrash() {
        let network = settled(30)
        for index in 0..<10 { network.crash(index, silent: true) }
        #expect(network.run(atMost: 20_000) { network.hasConverged(20) } != nil)
        #expect(removals(network) { $0 >= 10 } == 0)
    }

    @Test("with 5 % loss nobody is marked down in an hour", arguments: 0..<2)
    func lossyHour(seed: UInt64) {
        let network = settled(8, seed: seed)
        network.lossPercent = 5
        network.run(for: 3_600_000)
        #expect(removals(network) == 0 && network.hasConverged(8))
    }

    @Test("a node that answers a second late is marked down by nobody and marks nobody down", arguments: 0..<3)
    func slowNode(seed: UInt64) {
        let network = settled(16, seed: seed)
        network.slowness[3] = 1_000
        network.run(for: 600_000)
        #expect(removals(network) == 0)
        // It may just have refuted the suspicions of others by another incarnation.
        #expect(network.run(atMost: 10_000) { network.hasConverged(16) } != nil)
    }

    @Test("a probe that got lost is sent again before anybody else hears of it")
    func lostProbe() {
        let network = settled(4)
        let target = network.node(1)
        #expect(network.run(atMost: 10_000) { network.core(0).rounds[target] == nil } != nil)
        let start = network.hosts[0].log.count
        network.cuts = [[0, 1], [1, 0]]
        #expect(network.run(atMost: 10_000) { network.core(0).rounds[target] != nil } != nil)
        let sequence = network.core(0).rounds[target]!.sequence
        network.run(for: 150)
        network.cuts = []
        #expect(network.run(atMost: 140) { network.core(0).rounds[target] == nil } != nil)
        network.run(for: 500)
        let said = network.hosts[0].log[start...].compactMap { action -> SwimMessage? in
            guard case .send(let bytes, _) = action else { return nil }
            return SwimMessage(decoding: bytes)
        }
        #expect(said.count { if case .probe(sequence, _, _) = $0 { true } else { false } } == 2)
        #expect(said.allSatisfy { !$0.names.contains(target) })
    }

    @Test("a node stopped for 20 s marks nobody down when it goes on, and is back soon")
    func pause() {
        let network = settled(16)
        network.pausedUntil[5] = network.now + 20_000
        network.run(for: 19_000)
        #expect(network.state(of: 5, at: 0) == .down)
        network.run(for: 1_000)
        #expect(network.run(atMost: 10_000) { network.hasConverged(16) } != nil)
        #expect(removals(network) { $0 != 5 } == 0)
    }

    @Test("a node stopped for 2 s keeps its place")
    func shortPause() {
        let network = settled(16)
        network.pausedUntil[5] = network.now + 2_000
        network.run(for: 20_000)
        #expect(removals(network) == 0 && network.hasConverged(16))
    }

    @Test("two nodes that can't reach each other stay members for each other through the rest")
    func pairCut() {
        let network = settled(9)
        network.cut([0], [1])
        network.run(for: 120_000)
        #expect(removals(network) == 0 && network.hasConverged(9))
        #expect(network.state(of: 1, at: 0)!.isPlaced)
    }

    @Test("a way that works in one direction only removes nobody")
    func oneWayCut() {
        let network = settled(9)
        network.cuts.insert([0, 1])
        network.run(for: 120_000)
        #expect(removals(network) == 0 && network.hasConverged(9))
    }

    @Test("a partition of 30 s, healed, ends in one digest", arguments: 0..<3)
    func partition(seed: UInt64) {
        let network = settled(12, seed: seed)
        network.cut([0, 1, 2, 3, 4], [5, 6, 7, 8, 9, 10, 11])
        network.run(for: 30_000)
        #expect(network.core(0).roster.members.count { $0.state == .alive } == 5)
        #expect(network.core(11).roster.members.count { $0.state == .alive } == 7)
        network.heal()
        #expect(network.run(atMost: 60_000) { network.hasConverged(12) } != nil)
    }

    @Test("all restarted one after the other, nobody is lost")
    func rollingRestart() {
        let network = settled(9)
        for index in 0..<9 {
            network.crash(index)
            network.run(for: 1_000)
            network.start(index)
            network.run(for: 2_000)
        }
        #expect(network.run(atMost: 10_000) { network.hasConverged(9) } != nil)
        #expect(removals(network) == 0)
    }

    @Test("a node that leaves is left for all, and comes back with a higher incarnation")
    func leaving() {
        let network = settled(9)
        network.inject(2, .leave)
        network.run(for: 100)
        network.crash(2)
        #expect(network.run(atMost: 2_000) { network.hasConverged(8) } != nil)
        network.run(for: 10_000)
        for index in 0..<9 where index != 2 { #expect(network.state(of: 2, at: index) == .left) }
        network.start(2)
        #expect(network.run(atMost: 10_000) { network.hasConverged(9) } != nil)
    }

    @Test("a record that one node missed is found by comparing buckets, without whole rosters")
    func comparison() {
        let network = settled(12)
        let start = network.hosts[3].log.count
        // Node 3 forgets two others, as if it had never heard of them.
        network.inject(3, .linkDown(network.node(4), dialledByUs: true))
        network.inject(3, .linkDown(network.node(4), dialledByUs: false))
        let (lost, now) = (network.node(4), network.now)
        network.editCore(3) { $0.overlay.remove(lost, now) }
        network.inject(3, .tick)
        #expect(!network.hasConverged(12))
        #expect(network.run(atMost: 20_000) { network.hasConverged(12) } != nil)
        #expect(!network.hosts[3].log[start...].contains { if case .requestRoster = $0 { true } else { false } })
    }

    @Test("messages for each node and second don't grow with the number of nodes")
    func messageRate() {
        func rate(_ count: Int) -> Double {
            let network = settled(count)
            let before = network.messageCount
            network.run(for: 30_000)
            return Double(network.messageCount - before) / Double(count) / 30
        }
        let (few, many) = (rate(4), rate(40))
        #expect(few < 4.2 && many < 4.2 && abs(few - many) < 0.3, "\(few) \(many)")
    }

    @Test("a joiner whose first words were lost is asked who it is")
    func lostGreeting() throws {
        let network = settled(4)
        let stranger = Samples.identity(50)
        network.inject(0, .linkUp(stranger.id, dialled: nil))
        let start = network.hosts[0].log.count
        let probe = SwimMessage.probe(sequence: 1, accuses: false, .init(digest: Bytes16()))
        for _ in 0..<3 { network.inject(0, .message(probe.encoded(), from: stranger.id)) }
        let question = SwimMessage.want([stranger.id.short]).encoded()
        #expect(network.hosts[0].log[start...].count { $0 == .send(question, to: stranger.id) } == 1)
    }

    @Test("one seed gives one trace, another seed another one")
    func determinism() {
        func trace(_ seed: UInt64) -> [String] {
            let network = Network(seed: seed)
            network.keepsTrace = true
            network.dialLossPercent = 20
            network.lossPercent = 5
            for _ in 0..<6 { network.add() }
            network.start(0)
            for index in 1..<6 { network.start(index, join: [index - 1]) }
            network.run(for: 5_000)
            network.crash(3, silent: true)
            network.run(for: 10_000)
            return network.trace
        }
        let first = trace(5)
        #expect(first.count > 200)
        #expect(first == trace(5))
        #expect(first != trace(6))
    }
}

extension SwimMessage {
    /// Whom it asks others about, or tells them of.
    fileprivate var names: [NodeID] {
        switch self {
        case .probe(_, _, let tail), .acknowledge(_, let tail), .gossip(let tail): tail.hints.map(\.node)
        case .relayRequest(_, let target, _, let tail): tail.hints.map(\.node) + [target]
        default: []
        }
    }
}
