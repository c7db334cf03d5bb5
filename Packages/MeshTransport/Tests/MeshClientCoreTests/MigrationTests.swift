import MeshClientCore
import MeshCrypto
import MeshRing
import MeshWire
import Testing

@Suite("When the residence changes")
struct MigrationTests {
    /// Nine nodes that know each other, of which some are away at first.
    func world(without away: (World) -> [NodeID]) throws -> World {
        let plan = try World(nodes: 9)
        let gone = away(plan)
        var first = try World(nodes: 9)
        first.shareRosters(Dictionary(uniqueKeysWithValues: gone.map { ($0, NodeState.down) }))
        var world = try World(nodes: 9, state: World.knowing(first))
        world.shareRosters(Dictionary(uniqueKeysWithValues: gone.map { ($0, NodeState.down) }))
        for node in gone { world.refused.insert(world.nodes[world.index(of: node)].endpoint) }
        return world
    }

    @Test("a nearer residence comes: the client moves, empties the old one and closes it; nothing is lost or doubled")
    func nearer() throws {
        var world = try world { [$0.members[0]] }
        let nearer = Array(Ring(try World(nodes: 9).nodes[0].roster).replicaSet(for: world.user))[0]
        let old = world.members[0]
        #expect(old != nearer)
        world.appDelay = 20
        for number in UInt32(1)...40 { world.put(Messages.message(number, to: world.user), at: old) }
        world.send(.start)
        world.run { $0.delivered.count >= 10 }
        world.restart(nearer)
        world.shareRosters()
        // Messages keep coming to both while the client moves.
        for number in UInt32(41)...60 {
            world.put(Messages.message(number, to: world.user), at: number % 2 == 0 ? old : nearer)
            world.run(for: 3)
        }
        #expect(world.run(5_000) { $0.isEmpty && $0.isAtResidence })
        #expect(world.numbers.sorted() == Array(1...60))
        #expect(world.notices.contains(.residenceChanged(from: old, to: nearer)))
        world.run(for: 5_000)
        #expect(world.nodes[world.index(of: old)].links.isEmpty)
        #expect(world.complaints.isEmpty && world.faults.isEmpty)
    }

    @Test("submissions under way are answered on the old link while new ones go over the new one")
    func submitsUnderWay() throws {
        var world = try world { [$0.members[0]] }
        let old = world.members[0]
        world.send(.start)
        world.run { $0.isAtResidence }
        let nearer = Array(Ring(try World(nodes: 9).nodes[0].roster).replicaSet(for: world.user))[0]
        for number in UInt32(1)...50 { world.submit(number, to: Keys.user(2).id) }
        world.restart(nearer)
        world.shareRosters()
        for number in UInt32(51)...100 {
            world.submit(number, to: Keys.user(2).id)
            world.run(for: 2)
        }
        #expect(world.run(5_000) { $0.results.count == 100 })
        #expect(world.connected == nearer)
        let residence = world.members(of: Keys.user(2).id)[0]
        let held = world.nodes[world.index(of: residence)].queues[Keys.user(2).id] ?? []
        #expect(held.map { Messages.number(of: $0) } == Array(1...100))
        world.run(for: 1_000)
        #expect(world.nodes[world.index(of: old)].links.isEmpty)
    }

    @Test("the old residence breaks while it is emptied: it is remembered, and asked when it is back")
    func oldBreaks() throws {
        var world = try world { $0.members }
        let after = Array(Ring(try World(nodes: 9).nodes[0].roster).replicaSet(for: world.user))
        let old = world.members[0]
        #expect(!after.contains(old))
        world.acknowledges = false
        world.put(Messages.message(1, to: world.user), at: old)
        world.send(.start)
        world.run { $0.delivered.count == 1 }
        for node in after { world.restart(node) }
        world.shareRosters()
        #expect(world.run { $0.isAtResidence })
        world.crash(old)
        world.run(for: 2_000)
        #expect(world.kept?.formerMembers.contains { $0.node == old } == true)
        world.restart(old)
        world.acknowledges = true
        world.send(.answers([DeliveryAnswer(world.delivered[0].id, .acknowledge(Messages.secret(1)))]))
        #expect(world.run(620_000) { $0.isEmpty })
        world.run(for: 1_000)
        #expect(world.numbers == [1])
        #expect(world.kept?.formerMembers.contains { $0.node == old } == false)
    }

    @Test("the residence stops: the next member serves at once, and what comes there arrives")
    func stopping() throws {
        let first = try World(nodes: 9)
        var world = try World(nodes: 9, state: World.knowing(first))
        world.send(.start)
        world.run { $0.isAtResidence }
        let (residence, next) = (world.members[0], world.members[1])
        world.inject([.goodbye(Goodbye(.stopping))], from: residence)
        world.refused.insert(world.nodes[world.index(of: residence)].endpoint)
        #expect(world.run(100) { $0.connected == next })
        world.shareRosters([residence: .down])
        world.put(Messages.message(1, to: world.user), at: next)
        #expect(world.run(1_000) { $0.isEmpty })
        #expect(world.isAtResidence)
    }

    @Test("a short cut leads back to the same residence, not to the next member")
    func shortCut() throws {
        let first = try World(nodes: 9)
        var world = try World(nodes: 9, state: World.knowing(first))
        world.send(.start)
        world.run(for: 10_000)
        let residence = world.members[0]
        let effects = world.effects.count
        world.cut(residence)
        #expect(world.run(1_000) { $0.isAtResidence && $0.effects.count > effects + 3 })
        for effect in world.effects[effects...] {
            if case .dial(let dial) = effect.effect { #expect(dial.node == residence) }
        }
    }

    @Test("a node that leaves is asked what it still holds")
    func leaves() throws {
        let first = try World(nodes: 9)
        var world = try World(nodes: 9, state: World.knowing(first))
        world.send(.start)
        world.run { $0.isAtResidence }
        let residence = world.members[0]
        world.acknowledges = false
        world.put(Messages.message(1, to: world.user), at: residence)
        world.leave(residence)
        #expect(world.run(1_000) { $0.isAtResidence && $0.connected != residence })
        world.acknowledges = true
        world.run(for: 100)
        world.send(.answers([DeliveryAnswer(world.delivered[0].id, .acknowledge(Messages.secret(1)))]))
        #expect(world.run(1_000) { $0.isEmpty })
        #expect(world.numbers == [1])
    }

    @Test("views that differ for good cause one exchange each, not a stream of them")
    func splitView() throws {
        let first = try World(nodes: 9)
        var world = try World(nodes: 9, state: World.knowing(first))
        // One member sees a tenth of the others as down.
        let odd = world.index(of: world.members[1])
        var roster = world.nodes[odd].roster
        var member = try #require(roster[world.members[2]])
        member.state = .down
        roster.put(member)
        world.nodes[odd].roster = roster
        world.send(.start)
        world.run(for: 590_000)
        let requests = world.nodes.flatMap(\.received).filter { $0.type == .rosterRequest }.count
        // One on the link of the sweep, one on that of a witness.
        #expect(requests <= 3, "\(requests) requests")
        #expect(world.core.rosterView.roster?.digest == world.nodes[world.index(of: world.members[0])].roster.digest)
    }

    @Test("a roster of many pages arrives whole; one that breaks off changes nothing")
    func pages() throws {
        for breaksOff in [false, true] {
            var world = try World(nodes: 60, starts: ["127.1.0.1:4000"])
            var asked = 0
            world.nodes[0].script = { node, frame, _ in
                guard case .rosterRequest(let request) = frame else { return nil }
                asked += 1
                return breaksOff && asked == 4 ? [.goodbye(Goodbye(.done))] : [.rosterPage(node.page(request, size: 7))]
            }
            world.send(.start)
            world.run(for: 400)
            if breaksOff {
                #expect(world.core.rosterView.roster == nil)
                #expect(world.kept == nil)
            } else {
                #expect(world.core.rosterView.roster?.members.count == 60)
                #expect(world.isAtResidence)
            }
        }
    }
}
