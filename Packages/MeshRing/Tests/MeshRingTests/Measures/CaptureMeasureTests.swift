import MeshCrypto
import Testing

@testable import MeshRing
@testable import RingMeasures

/// `make sim-capture` in short, and whether its arithmetic is right.
@Suite struct CaptureMeasureTests {
    @Test("one address with every port, key and slot wins a given residence in about 8 of n + 8 cases")
    func oneAddress() throws {
        var figures = CaptureFigures(replicas: 3)
        var prototype = figures
        for seed in 1...2 as ClosedRange<UInt64> {
            var draw = CaptureDraw(nodeCounts: [1_000], users: 2_000, seed: seed, spreads: [.even])
            figures.add(try #require(try draw.outcomes(of: .ipv4(1, prefixes: 1))[1_000]).chosen)
            prototype.add(try #require(draw.prototypeOutcomes(nodeCounts: [1_000])[1_000]))
        }
        #expect(figures.trials == 4_000 && (0.003...0.01).contains(figures.residence), "\(figures.residence)")
        #expect(figures.replicas(atLeast: 1) < 0.035 && figures.replicas(atLeast: 2) == 0)
        #expect(prototype.residence > 0.97 && prototype.replicas(atLeast: 3) > 0.9, "\(prototype.residence)")
    }

    @Test("one /16 never holds two members of a set, three may hold all")
    func prefixesBound() throws {
        var draw = CaptureDraw(nodeCounts: [100], users: 500, seed: 4, spreads: [.even])
        let one = try #require(try draw.outcomes(of: .ipv4(100, prefixes: 1))[100])
        #expect(one.chosen.residence > 0.8 && one.chosen.replicas(atLeast: 2) == 0)
        // Taken all at once 64 of 164 nodes count, and no more.
        #expect((0.3...0.47).contains(one.together.residence), "\(one.together.residence)")
        let three = try #require(try draw.outcomes(of: .ipv4(99, prefixes: 3))[100])
        #expect((0.4...0.67).contains(three.chosen.replicas(atLeast: 3)))
        let site = try #require(try draw.outcomes(of: .sites(prefixes: 1))[100])
        #expect(site.chosen.residence > 0.9 && (0.04...0.11).contains(site.together.residence))
    }

    @Test("who stands at the residence's own address takes its users by trying keys, and no other replica")
    func neighbour() throws {
        var draw = CaptureDraw(nodeCounts: [50], users: 300, seed: 6, spreads: [.even])
        let one = try #require(try draw.neighbourOutcomes(keys: 1)[50])
        #expect((0.4...0.6).contains(one.residence), "\(one.residence)")
        let many = try #require(try draw.neighbourOutcomes(keys: 50)[50])
        #expect(many.residence > 0.95 && many.replicas(atLeast: 2) == 0)
    }

    private static let smallHoldings: [Holding] = [
        .ipv4(1, prefixes: 1), .ipv4(4, prefixes: 1), .ipv4(9, prefixes: 3), .ipv4(10, prefixes: 10), .crowdedIPv4(4),
        .wide(prefixes: 2, tried: 6),
    ]

    @Test(
        "the arithmetic gives every user what a ring with the attacker in it gives", arguments: smallHoldings, [7, 8])
    func arithmeticIsTheRing(holding: Holding, seed: UInt64) {
        let parameters = Samples.parameters(points: 8)
        var crowd = Crowd(seed: seed)
        let users = Target.draw(15, from: &crowd)
        // So many that the caps take some of the skewed half away.
        let nodes = holding.spread == .skewed ? 420 : 60
        let placements = PlacementCaps.select(crowd.placements(nodes, holding.spread), in: parameters)
        #expect((placements.count < nodes) == (holding.spread == .skewed))
        let network = HonestNetwork(placements, in: parameters, users: users)
        let candidates = Candidates(holding, in: parameters, from: &crowd)
        let chosen = Grip(candidates.admittedAlone(in: network), on: users, in: parameters)
        let (admitted, honest) = candidates.admittedTogether(in: network)
        let together = Grip(admitted, on: users, in: parameters)
        let rest = network.keeping(honest, users: users)
        let everything = PlacementCaps.select(placements + candidates.groups.joined(), in: parameters)
        let ring = Ring(everything, in: parameters)
        for user in users.indices {
            let own = chosen.nearest[user].map(\.placement)
            let placed = PlacementCaps.select(placements + own, in: parameters)
            let set = Ring(placed, in: parameters).replicaSet(for: users[user].id)
            #expect(chosen.capture(of: user, in: network) == capture(set, by: own))
            let wholeSet = ring.replicaSet(for: users[user].id)
            #expect(together.capture(of: user, in: rest) == capture(wholeSet, by: Array(candidates.groups.joined())))
        }
    }

    private func capture(_ set: ReplicaSet, by placements: [Placement]) -> Capture {
        let nodes = Set(placements.map(\.node))
        return Capture(isResidence: nodes.contains(set[0]), replicas: set.count { nodes.contains($0) })
    }

    @Test("taking other places than those that were computed gives a small attacker nothing more")
    func nothingBeatsTheChoice() {
        let parameters = Samples.parameters(points: 16)
        var crowd = Crowd(seed: 9)
        let users = Target.draw(20, from: &crowd)
        let network = HonestNetwork(crowd.placements(30, .even), in: parameters, users: users)
        let candidates = Candidates(.ipv4(2, prefixes: 2), in: parameters, from: &crowd)
        let grip = Grip(candidates, on: users, in: parameters)
        let places = Array(candidates.groups.joined())
        for user in users.indices {
            let best = grip.capture(of: user, in: network)
            for _ in 0..<100 {
                let some = crowd.sample(places, 1 + user % 6)
                let set = network.ring.updated(to: network.placements + some).replicaSet(for: users[user].id)
                let got = capture(set, by: some)
                #expect(got.replicas <= best.replicas && (best.isResidence || !got.isResidence))
            }
        }
    }

    @Test(
        "the nearest of a stream of points is what searching all of them gives", arguments: [1, 2, 40], [0, 1, 3, 900])
    func nearestPoints(positions count: Int, points pointCount: Int) {
        var random = SeededGenerator(seed: UInt64(count * 1_000 + pointCount))
        let positions = (0..<count).map { _ in random.next() }.sorted()
        var points = (0..<pointCount).map { _ in random.next() }
        if pointCount > 2 { points[1] = positions[0] }
        var nearest = NearestPoints(to: positions)
        for (place, point) in points.enumerated() { nearest.add(.init(position: point, place: UInt32(place))) }
        let found = nearest.nearest()
        #expect(found.count == (pointCount == 0 ? 0 : count))
        for (position, found) in zip(positions, found) {
            let distances = points.map { min($0 &- position, position &- $0) }
            #expect(found.distance == distances.min() && distances[Int(found.place)] == found.distance)
        }
    }

    @Test("a contradiction between arithmetic and ring stops the run")
    func contradictionSpeaks() {
        let error = CaptureDraw.Contradiction(
            attacker: "ipv4-1-in-1", nodes: 5, arithmetic: Capture(),
            ring: Capture(isResidence: true, replicas: 1))
        #expect(error.description.contains("ipv4-1-in-1") && error.description.contains("5 nodes"))
    }
}
