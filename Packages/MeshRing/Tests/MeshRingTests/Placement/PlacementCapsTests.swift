import MeshCrypto
import Testing

@testable import MeshRing

@Suite struct PlacementCapsTests {
    let parameters = Samples.parameters()

    private func ipv4(_ numbers: Range<Int>, prefix: UInt32 = 0x0801, slot: UInt16 = 0) -> [Placement] {
        numbers.map { Placement(node: Samples.node($0), address: .ipv4(prefix << 16 + UInt32($0)), slot: slot) }
    }

    private func ipv6(_ numbers: Range<Int>, high: UInt64) -> [Placement] {
        numbers.map {
            Placement(node: Samples.node($0), address: .ipv6(high: high + UInt64($0) << 8, low: 1), slot: 0)
        }
    }

    @Test("below the caps nothing changes")
    func below() {
        let placements = ipv4(0..<64) + ipv6(100..<108, high: 0x2606_4700_0000_0000)
        #expect(PlacementCaps.select(placements, in: parameters) == placements)
    }

    @Test("64 nodes of a /16 count, the same whatever their keys and order")
    func prefixCap() {
        let crowd = ipv4(0..<300)
        let others = ipv4(1_000..<1_050, prefix: 0x0802)
        let chosen = PlacementCaps.select(crowd + others, in: parameters)
        #expect(chosen.count == 64 + 50)
        #expect(PlacementCaps.select((crowd + others).reversed(), in: parameters) == chosen.reversed())
        let rekeyed = crowd.map {
            Placement(node: NodeID(trusted: Hash.blake2b32(context: "k", $0.node)), address: $0.address, slot: 0)
        }
        let addresses = Set(chosen.prefix(64).map(\.address))
        #expect(Set(PlacementCaps.select(rekeyed, in: parameters).map(\.address)) == addresses)
    }

    @Test("8 nodes of a /48 count, 64 of a /32")
    func siteCap() {
        let site = ipv6(0..<100, high: 0x2606_4700_0001_0000)
        #expect(PlacementCaps.select(site, in: parameters).count == 8)
        let wide = (0..<40).flatMap { (site: Int) -> [Placement] in
            let high: UInt64 = 0x2606_4700_0000_0000 + UInt64(site) << 16
            return ipv6((site * 10)..<(site * 10 + 10), high: high)
        }
        #expect(PlacementCaps.select(wide, in: parameters).count == 64)
    }

    @Test("many keys at one address don't push a neighbour out")
    func manyKeysAtOneAddress() {
        let attacker = (0..<1_000).map {
            Placement(node: Samples.node($0), address: .ipv4(0x0801_0001), slot: UInt16($0 % 8))
        }
        let neighbours = ipv4(2_000..<2_040)
        let chosen = Set(PlacementCaps.select(attacker + neighbours, in: parameters))
        #expect(chosen.isSuperset(of: neighbours) && chosen.count == 64)
    }

    @Test("a laboratory has no caps, all of it may stand on one address")
    func laboratory() {
        let crowd = (0..<300).map { Placement(node: Samples.node($0), address: .ipv4(0x7f00_0001), slot: UInt16($0)) }
        #expect(PlacementCaps.select(crowd, in: Samples.parameters(laboratory: true)).count == 300)
    }

    @Test("a roster's digest and ring see those within the caps alone")
    func rosterCaps() {
        var roster = Roster(parameters: parameters)
        for number in 0..<70 {
            let address = PlacementAddress.ipv4(0x0801_0000 + UInt32(number))
            let record = Samples.record(number, at: Endpoint(address: address, port: 1)!, in: parameters)
            roster.put(Roster.Member(record, state: .alive, stateSinceMilliseconds: 1))
        }
        let placed = roster.placements(where: \.isPlaced)
        #expect(placed.count == 64 && Ring(roster).nodeCount == 64)
        let digest = roster.digest
        let surplus = roster.members.first { member in !placed.contains { $0.node == member.node } }!
        roster.remove(surplus.node)
        #expect(roster.digest == digest)
    }
}
