import CAllocationCounter
import MeshCrypto
import Testing

@testable import MeshRing

@Suite struct BalanceTests {
    @Test("the busiest node has at most 1.25 times the mean", arguments: [10, 100, 1_000], [1, 50_000])
    func balance(count: Int, first: Int) throws {
        let ring = Ring(Samples.placements(first..<first + count), in: Samples.parameters())
        let balance = try #require(ring.balance)
        #expect(balance.maximumOverMean <= 1.25 && balance.minimumOverMean >= 0.75, "\(balance)")
    }

    @Test("exact shares add up to 1 and are what counting users gives")
    func sharesAreExact() {
        let ring = Ring(Samples.placements(0..<8), in: Samples.parameters(points: 16))
        let shares = ring.residenceShares()
        #expect(abs(shares.values.reduce(0, +) - 1) < 1e-9)
        var counts: [NodeID: Double] = [:]
        let users = 20_000
        for number in 0..<users { counts[ring.residence(of: Samples.user(number))!, default: 0] += 1 / Double(users) }
        for (node, share) in shares { #expect(abs(counts[node, default: 0] - share) < 0.015) }
    }

    @Test("one node alone has everything, an empty ring nothing")
    func extremes() {
        #expect(Ring(Samples.placements(0..<1), in: Samples.parameters(points: 1)).residenceShares().values.first == 1)
        #expect(Ring([], in: Samples.parameters()).balance == nil)
    }

    @Test("a lookup allocates nothing, by a counter that counts", .enabled(if: allocations_are_counted()))
    func lookupAllocatesNothing() {
        let ring = Ring(Samples.placements(0..<50), in: Samples.parameters())
        let user = Samples.user(7)
        // The first lookup makes the runtime build its tables.
        var members = ring.replicaSet(for: user).count
        let before = allocation_count()
        var round = 0
        while round < 100 {
            members += ring.replicaSet(for: user).count
            members += ring.residence(of: user) == nil ? 0 : 1
            round += 1
        }
        let after = allocation_count()
        #expect(members == 403 && after == before, "\(after - before) allocations")
        let array = [UInt8](repeating: 1, count: 1_000)
        #expect(allocation_count() > after && array.count == 1_000)
    }
}
