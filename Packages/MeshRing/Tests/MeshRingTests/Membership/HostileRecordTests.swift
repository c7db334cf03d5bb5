import MeshCrypto
import Testing

@testable import MeshRing

/// What strangers and lying members can't do.
@Suite struct HostileRecordTests {
    typealias Network = VirtualNetwork<SwimMembership>

    private func settled(_ count: Int, laboratory: Bool = true) -> Network {
        let network = Network(seed: 8, laboratory: laboratory)
        for index in 0..<count {
            let address = laboratory ? .ipv4(0x7f00_0001) : Samples.address(index)
            network.add(at: Endpoint(address: address, port: UInt16(4_000 + index))!)
        }
        network.start(0)
        for index in 1..<count { network.start(index, join: [0]) }
        _ = network.run(atMost: 30_000) { network.hasConverged(count) }
        network.run(for: 5_000)
        return network
    }

    private func dials(_ network: Network, by index: Int, since start: Int) -> [Endpoint] {
        network.hosts[index].log[start...].compactMap { if case .dial(let endpoint, _) = $0 { endpoint } else { nil } }
    }

    @Test("forged, foreign and unfit records change nothing and cost their sender the link")
    func forgedRecords() throws {
        let network = settled(3)
        let roster = network.core(0).roster
        let honest = Samples.record(50, at: Samples.endpoint("127.0.0.1:4050"))
        var forged = honest.encoded
        forged[forged.count - 1] ^= 1
        let other = Samples.parameters(laboratory: true, replicas: 5)
        let global = Endpoint(address: Samples.address(1), port: 1)!
        let bad = [
            try NodeRecord(decoding: forged),
            Samples.record(51, at: Samples.endpoint("127.0.0.1:4051"), in: other),
            try NodeRecord(
                NodeDescription(placementAddress: global.address, slot: 0, endpoints: [global], software: ""),
                network: network.parameters.id, incarnation: 1, signedBy: Samples.identity(52)),
        ]
        for record in bad {
            let start = network.hosts[0].log.count
            network.inject(0, .records([ReportedRecord(record, state: .alive)], from: network.node(1)))
            let log = network.hosts[0].log[start...]
            #expect(log.contains { if case .violation(network.node(1), .record) = $0 { true } else { false } })
            network.run(for: 20_000)
            #expect(network.core(0).roster.members.map(\.record) == roster.members.map(\.record))
            #expect(!dials(network, by: 0, since: start).contains(record.endpoints[0]))
        }
        #expect(network.core(0).counters.refusedRecords == bad.count)
        #expect(network.hasConverged(3))
    }

    @Test("somebody else's record, altered by whoever passes it on, changes nothing")
    func alteredRecord() throws {
        let network = settled(3)
        var bytes = network.core(2).ownRecord.encoded
        bytes[72] = 200  // the incarnation's last byte
        let altered = try NodeRecord(decoding: bytes)
        #expect(altered.incarnation > network.core(2).ownRecord.incarnation)
        let before = network.core(0).roster
        network.inject(0, .records([ReportedRecord(altered, state: .down)], from: network.node(1)))
        #expect(network.core(0).roster == before)
        network.inject(2, .records([ReportedRecord(altered, state: .down)], from: network.node(1)))
        network.run(for: 10_000)
        #expect(network.core(2).ownRecord.incarnation == 1)
    }

    @Test("a node that names an address where another key answers is never believed")
    func lyingAddress() {
        let network = settled(3)
        let liar = network.add(at: Samples.endpoint("127.0.0.1:4999"), identity: 60)
        let victim = network.hosts[1].endpoint
        network.start(
            liar, join: [0], description: NodeDescription(at: victim, in: network.parameters, software: "liar"))
        network.dialled[victim] = 1
        network.run(for: 120_000)
        for index in 0..<3 { #expect(network.core(index).roster[network.node(liar)] == nil) }
        #expect(network.core(0).roster.members.count == 3)
        for index in 0..<3 { #expect(network.state(of: (index + 1) % 3, at: index) == .alive) }
    }

    @Test("a member's word that another one is down has no effect")
    func accusation() {
        let network = settled(4)
        let reports = network.core(0).roster.members.map { ReportedRecord($0.record, state: .down) }
        for _ in 0..<50 { network.inject(0, .records(reports, from: network.node(1))) }
        network.run(for: 10_000)
        #expect(network.hasConverged(4))
    }

    @Test("invented records stay within their bounds, and dials for them within the credit", arguments: [true, false])
    func flood(laboratory: Bool) {
        let network = settled(3, laboratory: laboratory)
        let start = network.hosts[0].log.count
        let victim: PlacementAddress = laboratory ? .ipv4(0x0a00_0001) : Samples.address(900)
        // One key signs for all: who checks signatures before bounds would take much longer.
        let invented = (0..<6_000).map { number -> ReportedRecord in
            let address = number.isMultiple(of: 2) || laboratory ? victim : Samples.address(10_000 + number)
            let endpoint = Endpoint(address: address, port: UInt16(10_000 + number))!
            return ReportedRecord(Samples.record(10_000 + number, at: endpoint, in: network.parameters), state: .alive)
        }
        for _ in 0..<3 {
            network.inject(0, .records(invented, from: network.node(1)))
            network.run(for: 60_000)
        }
        let core = network.core(0)
        #expect(core.overlay.candidates.count <= MembershipLimits.candidates)
        #expect(core.counters.droppedCandidates > 0)
        #expect(core.roster.members.count == 3)
        let dialled = dials(network, by: 0, since: start)
        // All credit at once and one more every 10 seconds, over three minutes.
        #expect(dialled.count <= MembershipLimits.introducerCredit + 18 + 20, "\(dialled.count) dials")
        if !laboratory { #expect(dialled.count { $0.address == victim } <= 8 + 3) }
        #expect(core.overlay.dials.underWay.count <= MembershipLimits.dialsInFlight)
    }

    @Test("a flood by one introducer doesn't keep an honest newcomer out")
    func newcomerDuringFlood() {
        let network = settled(3)
        let invented = (0..<5_000).map { number in
            let endpoint = Endpoint(address: .ipv4(0x0a00_0001), port: UInt16(10_000 + number))!
            return ReportedRecord(Samples.record(10_000 + number, at: endpoint, in: network.parameters), state: .alive)
        }
        network.inject(0, .records(invented, from: network.node(1)))
        network.add()
        network.start(3, join: [0])
        #expect(network.run(atMost: 20_000) { network.hasConverged(4) } != nil)
    }

    @Test("addresses outside the network's kind are never dialled, whoever names them")
    func foreignKinds() throws {
        let network = settled(2, laboratory: false)
        let start = network.hosts[0].log.count
        for text in ["127.0.0.1:22", "10.0.0.1:80", "[::1]:80", "[2002::1]:80", "224.0.0.1:80"] {
            let endpoint = Samples.endpoint(text)
            let good = Endpoint(address: Samples.address(77), port: 1)!
            for (placement, endpoints) in [(endpoint.address, [endpoint]), (good.address, [good, endpoint])] {
                let record = try NodeRecord(
                    NodeDescription(placementAddress: placement, slot: 0, endpoints: endpoints, software: ""),
                    network: network.parameters.id, incarnation: 1, signedBy: Samples.identity(70))
                network.inject(0, .records([ReportedRecord(record, state: .alive)], from: nil))
            }
        }
        network.run(for: 30_000)
        #expect(dials(network, by: 0, since: start).isEmpty)
    }

    @Test("many keys proven at one place stay within its bound, and all nodes keep the same ones")
    func manyKeysAtOnePlace() {
        let network = settled(3, laboratory: false)
        let place = network.hosts[2].endpoint.address
        for number in 0..<14 {
            let index = network.add(at: Endpoint(address: place, port: UInt16(6_000 + number))!, identity: 200 + number)
            network.start(index, join: [0])
            network.run(for: 3_000)
        }
        network.run(for: 120_000)
        for index in [0, 1] {
            let sharers = network.core(index).roster.members.filter { $0.record.placementAddress == place }
            #expect(sharers.count == MembershipLimits.claimantsPerPlace)
        }
        #expect(network.core(0).roster.digest == network.core(1).roster.digest)
    }

    @Test("two processes with one key don't drive their incarnation up without bound")
    func twins() {
        let network = settled(3)
        let twin = network.add(at: Samples.endpoint("127.0.0.1:4900"), identity: 2)
        network.start(twin, join: [0])
        network.run(for: 60_000)
        let highest = [0, 1, 2, twin].compactMap { network.core($0).roster[network.node(2)]?.record.incarnation }.max()!
        #expect(highest <= 2 * 61 + 2, "incarnation \(highest)")
    }
}
