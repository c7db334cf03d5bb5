import MeshCrypto
import Testing

@testable import MeshRing

@Suite struct RingTests {
    let parameters = Samples.parameters(points: 64)
    let users = (0..<2_000).map { Samples.user($0) }

    /// Placement written down a second time, slowly and literally, from the documentation.
    private func literalSet(_ user: UserID, _ placements: [Placement], _ parameters: NetworkParameters) -> [NodeID] {
        let position = Keyspace.position(of: user)
        let places = Dictionary(grouping: placements, by: \.place)
        func claimants(_ place: Place) -> [NodeID] {
            places[place]!.map(\.node).sorted {
                (Keyspace.claim(of: $0, on: user), $0) < (Keyspace.claim(of: $1, on: user), $1)
            }
        }
        var walk: [(distance: UInt64, tie: NodeID, place: Place)] = []
        for (place, sharers) in places {
            for point in Keyspace.points(of: place, count: Int(parameters.pointsPerNode)) {
                walk.append((min(point &- position, position &- point), sharers.map(\.node).min()!, place))
            }
        }
        walk.sort { ($0.distance, $0.tie) < ($1.distance, $1.tie) }
        var set: [NodeID] = []
        var prefixes: Set<PlacementPrefix> = []
        var taken: Set<Place> = []
        let wanted = Int(parameters.replicas)
        for step in walk where set.count < wanted {
            let prefix = places[step.place]![0].address.prefix
            if prefixes.insert(prefix).inserted {
                taken.insert(step.place)
                set.append(claimants(step.place)[0])
            }
        }
        for step in walk where set.count < wanted && taken.insert(step.place).inserted {
            set.append(claimants(step.place)[0])
        }
        for step in walk {
            for node in claimants(step.place) where set.count < wanted && !set.contains(node) { set.append(node) }
        }
        return set
    }

    /// Nodes of which many share prefixes and some share places.
    private func crowd(_ count: Int, seed: UInt64, prefixes: UInt64, addresses: UInt64) -> [Placement] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map {
            let address = 0x0800_0000 + UInt32(random.below(prefixes)) << 16 + UInt32(random.below(addresses))
            return Placement(node: Samples.node($0), address: .ipv4(address), slot: UInt16(random.below(3)))
        }
    }

    @Test("replica sets are those of the rule written down literally", arguments: 0..<12)
    func literalRule(seed: UInt64) {
        let parameters = Samples.parameters(replicas: UInt8(1 + seed % 7), points: 8)
        let placements = crowd(Int(1 + seed * 3), seed: seed, prefixes: 1 + seed % 4, addresses: 1 + seed % 3)
        let ring = Ring(placements, in: parameters)
        for user in users.prefix(300) {
            #expect(Array(ring.replicaSet(for: user)) == literalSet(user, placements, parameters))
            #expect(ring.residence(of: user) == ring.replicaSet(for: user).first)
        }
    }

    @Test("an empty ring has no sets, a small one has all its nodes in each")
    func smallRings() {
        let empty = Ring([], in: parameters)
        #expect(empty.replicaSet(for: users[0]).isEmpty && empty.residence(of: users[0]) == nil)
        let two = Ring(Samples.placements(0..<2), in: parameters)
        for user in users { #expect(Set(two.replicaSet(for: user)) == [Samples.node(0), Samples.node(1)]) }
    }

    @Test("one node removed, only sets that held it change, and only by it", arguments: [0, 17, 99])
    func removal(victim: Int) {
        let all = Samples.placements(0..<100)
        let before = Ring(all, in: parameters)
        let after = Ring(all.filter { $0.node != Samples.node(victim) }, in: parameters)
        for user in users {
            let (old, new) = (before.replicaSet(for: user), after.replicaSet(for: user))
            if old.contains(Samples.node(victim)) {
                #expect(Set(old).subtracting(new) == [Samples.node(victim)])
            } else {
                #expect(old == new)
            }
        }
    }

    @Test("one node added, residences move to it alone, about one in n")
    func addition() {
        let before = Ring(Samples.placements(0..<100), in: parameters)
        let after = Ring(Samples.placements(0..<101), in: parameters)
        var moved = 0
        for user in users where before.residence(of: user) != after.residence(of: user) {
            #expect(after.residence(of: user) == Samples.node(100))
            moved += 1
        }
        #expect((8...34).contains(moved), "of \(users.count) users \(moved) moved; 20 are expected")
    }

    @Test("neither key nor order of arrival changes a place")
    func keysDontMatter() {
        let placements = Samples.placements(0..<50)
        let other = placements.map {
            Placement(
                node: NodeID(trusted: Hash.blake2b32(context: "other", $0.node)), address: $0.address, slot: $0.slot)
        }
        let translated = Dictionary(uniqueKeysWithValues: zip(placements.map(\.node), other.map(\.node)))
        let (ring, otherRing) = (Ring(placements.reversed(), in: parameters), Ring(other, in: parameters))
        for user in users {
            #expect(ring.replicaSet(for: user).map { translated[$0]! } == Array(otherRing.replicaSet(for: user)))
        }
    }

    @Test("a set breaks diversity only where the roster has too few prefixes")
    func diversity() {
        let placements = crowd(60, seed: 4, prefixes: 3, addresses: 1_000)
        let ring = Ring(placements, in: parameters)
        let prefix = Dictionary(uniqueKeysWithValues: placements.map { ($0.node, $0.address.prefix) })
        for user in users {
            #expect(Set(ring.replicaSet(for: user).map { prefix[$0]! }).count == 3)
        }
    }

    @Test("claimants of one place share its users evenly, and all others keep theirs")
    func sharedPlace() {
        let alone = Samples.placements(0..<10)
        let place = alone[0]
        let sharers = (100..<103).map { Placement(node: Samples.node($0), address: place.address, slot: place.slot) }
        let (before, after) = (Ring(alone, in: parameters), Ring(alone + sharers, in: parameters))
        let claimants = Set([place.node] + sharers.map(\.node))
        var counts: [NodeID: Int] = [:]
        for user in users {
            let (old, new) = (before.residence(of: user)!, after.residence(of: user)!)
            if old == place.node { counts[new, default: 0] += 1 } else { #expect(old == new) }
            #expect(old != place.node || claimants.contains(new))
        }
        let total = counts.values.reduce(0, +)
        #expect(counts.count == 4 && counts.values.allSatisfy { $0 * 4 > total / 2 && $0 * 4 < total * 2 })
        #expect(after.placeCount == 10 && after.nodeCount == 13)
    }

    @Test("a ring updated is the ring built anew", arguments: 0..<10)
    func update(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var placements = crowd(40, seed: seed, prefixes: 9, addresses: 9)
        var ring = Ring(placements, in: parameters)
        for round in 0..<20 {
            let gone = Set(random.sample(placements, Int(random.below(5))))
            placements.removeAll { gone.contains($0) }
            placements += crowd(Int(random.below(round == 10 ? 90 : 6)), seed: random.next(), prefixes: 9, addresses: 9)
                .enumerated().map {
                    Placement(node: Samples.node(1_000 * (round + 1) + $0.offset), address: $0.element.address, slot: 0)
                }
            ring = ring.updated(to: placements)
            let fresh = Ring(placements, in: parameters)
            #expect(ring.positions == fresh.positions && ring.owners == fresh.owners && ring.nodes == fresh.nodes)
            for user in users.prefix(50) { #expect(ring.replicaSet(for: user) == fresh.replicaSet(for: user)) }
        }
    }

    @Test("points of an IPv6 address come from its first 56 bits")
    func ipv6Points() throws {
        let one = Keyspace.points(of: try PlacementAddress(text: "2606:4700:1:ab00::1"), slot: 1, count: 20)
        #expect(one == Keyspace.points(of: try PlacementAddress(text: "2606:4700:1:abff:9::"), slot: 1, count: 20))
        #expect(one != Keyspace.points(of: try PlacementAddress(text: "2606:4700:1:ac00::1"), slot: 1, count: 20))
        #expect(one != Keyspace.points(of: try PlacementAddress(text: "2606:4700:1:ab00::1"), slot: 2, count: 20))
        #expect(Set(one).count == 20)
        #expect(
            Array(one[..<7])
                == Keyspace.points(of: try PlacementAddress(text: "2606:4700:1:ab00::1"), slot: 1, count: 7))
    }

    @Test("positions are found by the index as by searching", arguments: [0, 1, 2, 3, 1_000])
    func positionIndex(count: Int) {
        var random = SeededGenerator(seed: 9)
        let positions = Set((0..<count).map { _ in random.next() } + (count > 2 ? [0, .max] : [])).sorted()
        let index = PositionIndex(positions)
        for _ in 0..<1_000 {
            let position =
                random.below(3) == 0 && !positions.isEmpty
                ? positions[Int(random.below(UInt64(positions.count)))] : random.next()
            let expected = positions.firstIndex { $0 >= position } ?? positions.count
            #expect(index.lowerBound(of: position, in: positions) == expected)
        }
        #expect(index.lowerBound(of: .max, in: positions) == (positions.firstIndex { $0 == .max } ?? positions.count))
    }
}
