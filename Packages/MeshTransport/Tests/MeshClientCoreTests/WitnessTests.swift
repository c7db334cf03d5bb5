import MeshClientCore
import MeshCrypto
import MeshRing
import MeshWire
import Testing

@Suite("Which records count, and who sees another network")
struct WitnessTests {
    /// Nodes that nobody ever started, as a liar would put them into its roster.
    static func invented(_ count: UInt8, in parameters: NetworkParameters) throws -> [NodeRecord] {
        try (0..<count).map { number in
            let endpoint = try Endpoint(text: "127.\(100 + Int(number)).0.1:4000")
            return FakeNode.record(Keys.node(100 + number), endpoint, parameters, 1)
        }
    }

    private func follower(_ nodes: UInt8 = 9) throws -> World {
        let first = try World(nodes: nodes)
        var world = try World(nodes: nodes, state: World.knowing(first))
        world.send(.start)
        #expect(world.run { $0.isAtResidence })
        return world
    }

    @Test("a first node that invents others is believed in what others say as well, and in nothing more")
    func inventions() throws {
        for seed in UInt64(1)...20 {
            var world = try World(nodes: 9, starts: ["127.4.0.1:4003"], seed: seed)
            let invented = try Self.invented(4, in: world.parameters)
            for record in invented { world.nodes[3].tell(record) }
            world.send(.start)
            #expect(world.run { $0.connected != nil }, "seed \(seed)")
            let roster = try #require(world.core.rosterView.roster)
            for record in invented { #expect(roster[record.node] == nil, "seed \(seed)") }
            world.run(for: 120_000)
            for record in invented { #expect(world.core.rosterView.roster?[record.node] == nil, "seed \(seed)") }
        }
    }

    @Test("an invented node that would be the residence is dialled, doesn't answer, and never counts")
    func inventedResidence() throws {
        var world = try follower()
        let residence = world.index(of: world.members[0])
        // Some slot near the user, as if the place had been bought.
        let records = try Self.invented(60, in: world.parameters)
        for record in records { world.nodes[residence].tell(record) }
        let taken = Array(Ring(world.nodes[residence].roster).replicaSet(for: world.user))
        #expect(taken.contains { node in records.contains { $0.node == node } })
        world.announce(residence)
        world.run(for: 300_000)
        let roster = try #require(world.core.rosterView.roster)
        #expect(records.allSatisfy { roster[$0.node] == nil })
        #expect(world.connected == world.nodes[residence].id)
        #expect(world.dialled.contains { dial in records.contains { $0.node == dial.node } && dial.role == .guest })
        // It goes on naming what nobody else sees.
        #expect(world.splitViews.map(\.node) == [world.nodes[residence].id])
    }

    @Test("a new node counts once it has answered where it would serve the user, else once three vouch for it")
    func newcomer() throws {
        for number in UInt8(1)...12 {
            let first = try World(nodes: 8, user: number)
            var world = try World(nodes: 9, user: number, state: World.knowing(first))
            let newcomer = world.nodes[8]
            for index in world.nodes.indices { world.nodes[index].forget(newcomer.id) }
            world.send(.start)
            world.run(for: 5_000)
            world.shareRosters()
            let isMember = world.members.contains(newcomer.id)
            #expect(world.run(60_000) { $0.core.rosterView.roster?[newcomer.id] != nil })
            let dials = world.dialled.filter { $0.node == newcomer.id }
            if isMember { #expect(dials.first?.role == .guest) } else { #expect(dials.isEmpty) }
            #expect(world.run(60_000) { $0.isAtResidence })
            world.run(for: 120_000)
            #expect(world.core.rosterView.roster?.digest == world.nodes[0].roster.digest)
            #expect(world.splitViews.isEmpty)
            #expect(world.complaints.isEmpty)
        }
    }

    @Test("with a second start address nothing counts that its node doesn't vouch for")
    func secondStart() throws {
        for seed in UInt64(1)...20 {
            var world = try World(nodes: 9, starts: ["127.1.0.1:4000", "127.9.0.1:4008"], seed: seed)
            // A clique of four, of which one is the first address, has its own network with invented nodes in it.
            let invented = try Self.invented(4, in: world.parameters)
            for index in 0..<4 {
                for honest in 4..<9 { world.nodes[index].forget(world.nodes[honest].id) }
                for record in invented { world.nodes[index].tell(record) }
            }
            world.send(.start)
            #expect(world.run { $0.connected != nil }, "seed \(seed)")
            let roster = try #require(world.core.rosterView.roster)
            for record in invented { #expect(roster[record.node] == nil, "seed \(seed)") }
        }
    }

    @Test("silent witnesses hold a new client up for three seconds only")
    func silentWitnesses() throws {
        var world = try World(nodes: 9, starts: ["127.1.0.1:4000"])
        for index in 1..<9 { world.silent.insert(world.nodes[index].endpoint) }
        world.send(.start)
        #expect(world.run(3_200) { $0.kept?.roster?.members.count == 9 })
    }

    @Test("the residence shows the user another network: the alarm names it and says that it is about the user's set")
    func hostileResidence() throws {
        var world = try follower()
        let residence = world.index(of: world.members[0])
        // It says that everybody else in the set is down.
        for member in world.members.dropFirst() { world.nodes[residence].say(.down, of: member) }
        world.announce(residence)
        #expect(world.run(120_000) { !$0.splitViews.isEmpty })
        let view = try #require(world.splitViews.first)
        #expect(view.node != world.nodes[residence].id)
        #expect(view.users.contains(world.user))
        #expect(view.digest == world.nodes[(residence + 1) % 9].roster.digest)
    }

    @Test("a node that sees another network is reported once, and again when it agrees")
    func comesAndGoes() throws {
        var world = try follower()
        let odd = world.index(of: world.members[1])
        world.nodes[odd].say(.down, of: world.members[2])
        world.send(.rosterWanted)
        #expect(world.run(1_400_000) { !$0.splitViews.isEmpty })
        #expect(world.splitViews.map(\.node) == [world.nodes[odd].id])
        #expect(world.core.rosterView.splitViews.map(\.node) == [world.nodes[odd].id])
        world.run(for: 600_000)
        #expect(world.splitViews.count == 1)
        world.nodes[odd].say(.alive, of: world.members[2])
        #expect(world.run(300_000) { $0.notices.contains(.splitViewEnded($0.nodes[odd].id)) })
        #expect(world.core.rosterView.splitViews.isEmpty)
    }

    @Test("changes that the network agrees on within seconds alarm nobody")
    func churn() throws {
        var world = try follower()
        for round in 0..<60 {
            // One after the other hears of it, the last 6 s later.
            for index in world.nodes.indices {
                if index != round / 2 % 9 {
                    world.nodes[index].say(round % 2 == 0 ? .down : .alive, of: world.nodes[round / 2 % 9].id)
                }
                world.announce(index)
                world.run(for: 700)
            }
            world.run(for: 20_000)
        }
        #expect(world.splitViews.isEmpty)
    }

    @Test("who asks for the nodes hears how many others were asked, and who differs at present")
    func asked() throws {
        var world = try follower()
        let odd = world.nodes.indices.filter { world.nodes[$0].id != world.connected }
        world.send(.rosterWanted)
        #expect(world.run(3_000) { $0.rosters.count == 1 })
        #expect(world.rosters[0].asked.count >= 3 && world.rosters[0].differing.isEmpty)
        for index in odd { world.nodes[index].say(.down, of: world.members[2]) }
        world.send(.rosterWanted)
        #expect(world.run(3_000) { $0.rosters.count == 2 })
        #expect(world.rosters[1].isFresh)
        #expect(!world.rosters[1].differing.isEmpty)
    }
}

extension FakeNode {
    /// What it says of another node from now on.
    mutating func say(_ state: NodeState, of node: NodeID) {
        guard var member = roster[node] else { return }
        member.state = state
        roster.put(member)
    }

    /// Puts a record into its roster.
    mutating func tell(_ record: NodeRecord) {
        roster.put(Roster.Member(record, state: .alive, stateSinceMilliseconds: 1))
    }

    mutating func forget(_ node: NodeID) { roster.remove(node) }
}

extension World {
    /// A node tells its clients that its roster has changed.
    mutating func announce(_ index: Int) {
        for link in nodes[index].links.indices {
            nodes[index].links[link].out.append(.digest(nodes[index].roster.digest))
        }
        drainNodes()
    }

    var splitViews: [ClientSplitView] { notices.compactMap { if case .splitView(let view) = $0 { view } else { nil } } }
    var rosters: [ClientRoster] {
        effects.compactMap { if case .roster(let roster) = $0.effect { roster } else { nil } }
    }
}
