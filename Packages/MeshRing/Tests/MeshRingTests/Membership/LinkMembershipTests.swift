import MeshCrypto
import Testing

@testable import MeshRing

@Suite struct LinkMembershipTests {
    typealias Network = VirtualNetwork<LinkMembership>

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
}
