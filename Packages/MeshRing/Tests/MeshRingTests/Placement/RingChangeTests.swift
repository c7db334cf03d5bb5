import MeshCrypto
import Testing

@testable import MeshRing

@Suite struct RingChangeTests {
    let parameters = Samples.parameters(points: 16)

    @Test("equal rings move nobody, foreign ones everybody")
    func extremes() {
        let ring = Ring(Samples.placements(0..<10), in: parameters)
        let empty = Ring([], in: parameters)
        #expect(ring.residenceChange(to: ring) == 0 && empty.residenceChange(to: empty) == 0)
        #expect(ring.residenceChange(to: empty) == 1 && empty.residenceChange(to: ring) == 1)
        #expect(abs(ring.residenceChange(to: Ring(Samples.placements(10..<20), in: parameters)) - 1) < 1e-9)
    }

    @Test("one node removed or added, exactly its share moves", arguments: [0, 3, 9])
    func oneNode(number: Int) throws {
        let all = Samples.placements(0..<10)
        let whole = Ring(all, in: parameters)
        let rest = Ring(all.filter { $0.node != Samples.node(number) }, in: parameters)
        let share = try #require(whole.residenceShares()[Samples.node(number)])
        #expect(abs(whole.residenceChange(to: rest) - share) < 1e-9)
        #expect(abs(rest.residenceChange(to: whole) - share) < 1e-9)
    }

    @Test("shared places and several changes, it is what counting users gives")
    func counted() {
        let shared = Samples.placements(0..<8).map {
            Placement(node: Samples.node(200), address: $0.address, slot: $0.slot)
        }
        let before = Ring(Samples.placements(0..<8) + shared.prefix(1), in: parameters)
        let newcomers = Samples.placements(20..<22) + shared[3..<4]
        let after = Ring(Samples.placements(0..<6) + newcomers, in: parameters)
        let users = 20_000
        let moved = (0..<users).count {
            before.residence(of: Samples.user($0)) != after.residence(of: Samples.user($0))
        }
        #expect(abs(before.residenceChange(to: after) - Double(moved) / Double(users)) < 0.015)
    }

    @Test("one node with one point each, everything is the other's")
    func onePoint() {
        let one = Samples.parameters(points: 1)
        let (first, second) = (Samples.placements(0..<1), Samples.placements(1..<2))
        #expect(Ring(first, in: one).residenceChange(to: Ring(second, in: one)) == 1)
        let both = Ring(first + second, in: one)
        #expect(abs(Ring(first, in: one).residenceChange(to: both) - 0.5) < 1e-9)
    }
}
