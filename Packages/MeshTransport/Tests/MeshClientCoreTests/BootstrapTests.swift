import MeshClientCore
import MeshCrypto
import MeshRing
import MeshWire
import Testing

@Suite("Finding the network and the residence")
struct BootstrapTests {
    @Test("a client that knows one address finds its residence among nine nodes and keeps what it learnt")
    func bootstrap() throws {
        for user in UInt8(1)...12 {
            var world = try World(nodes: 9, starts: ["127.4.0.1:4003"], user: user)
            world.send(.start)
            #expect(world.run { $0.isAtResidence })
            let start = try StartAddress(text: "127.4.0.1:4003")
            #expect(world.notices.contains(.networkFirstSeen(world.parameters.id, world.parameters, at: start)))
            #expect(world.notices.contains(.nodeTrustedOnFirstUse(world.nodes[3].id, at: start)))
            #expect(world.kept?.roster?.members.count == 9)
            #expect(world.kept?.startNode(at: "127.4.0.1:4003") == world.nodes[3].id)
            #expect(world.core.rosterView.members == world.members)
            world.run(for: 120_000)
            #expect(world.complaints.isEmpty)
            #expect(world.faults.isEmpty)
        }
    }

    @Test("the identity is shown only to nodes whose id is expected; a start address meets a guest")
    func roles() throws {
        var world = try World(nodes: 5, starts: ["127.1.0.1:4000", "127.2.0.1:4001"])
        world.send(.start)
        #expect(world.run { $0.isAtResidence })
        for dial in world.dialled where dial.node == nil || dial.role == .user {
            #expect((dial.role == .guest) == (dial.node == nil))
        }
    }

    @Test("with a stored roster no start address is needed, and none is asked")
    func storedRoster() throws {
        let first = try World(nodes: 9)
        var world = try World(nodes: 9, starts: ["127.1.0.1:9"], state: World.knowing(first))
        world.send(.start)
        #expect(world.run(100) { $0.isAtResidence })
        #expect(world.dialled.allSatisfy { $0.node != nil })
    }

    @Test("the first address is gone later: the stored roster leads on, even where every known node has moved")
    func allMoved() throws {
        let first = try World(nodes: 5)
        var world = try World(nodes: 5, starts: ["127.1.0.1:9", "start.example:4000"], state: World.knowing(first))
        for index in world.nodes.indices {
            let endpoint = try Endpoint(text: "127.\(index + 1).0.1:\(5_000 + index)")
            world.nodes[index].endpoint = endpoint
            world.nodes[index].record = FakeNode.record(
                world.nodes[index].identity, endpoint, world.parameters, 2)
        }
        world.names["start.example"] = world.nodes[2].endpoint
        world.shareRosters()
        world.send(.start)
        #expect(world.run(10_000) { $0.isAtResidence })
        #expect(world.complaints.isEmpty)
    }

    @Test("the residence refuses: the next member serves, and the residence takes over once it is back")
    func residenceDown() throws {
        let first = try World(nodes: 9)
        var world = try World(nodes: 9, state: World.knowing(first))
        let members = world.members
        world.crash(members[0])
        world.send(.start)
        #expect(world.run(1_000) { $0.connected == members[1] })
        #expect(world.notices.contains(.connected(members[1], isResidence: false, isMember: true)))
        world.run(for: 300_000)
        #expect(world.connected == members[1])
        world.restart(members[0])
        #expect(world.run(61_000) { $0.isAtResidence })
        #expect(world.complaints.isEmpty)
        // Nobody is dialled more often than the backoff allows: 0.5 s doubling to 60 s.
        let dials = world.dialled.filter { $0.node == members[0] }.count
        #expect((8...45).contains(dials), "\(dials) dials in five minutes")
    }

    @Test("a residence that stays silent holds the next member up for 1.5 s only")
    func silentResidence() throws {
        let first = try World(nodes: 9)
        var world = try World(nodes: 9, mode: .submitOnly, state: World.knowing(first))
        world.silent.insert(world.nodes[world.index(of: world.members[0])].endpoint)
        world.send(.start)
        #expect(world.run(1_600) { $0.connected == $0.members[1] })
        #expect(world.dialled.allSatisfy { $0.role == .guest })
    }

    @Test("no member answers: another node takes submissions, as a guest")
    func strangers() throws {
        let first = try World(nodes: 9)
        var world = try World(nodes: 9, state: World.knowing(first))
        for member in world.members { world.crash(member) }
        world.send(.start)
        #expect(world.run(10_000) { $0.connected != nil })
        let node = try #require(world.connected)
        #expect(!world.members.contains(node))
        #expect(world.notices.contains(.connected(node, isResidence: false, isMember: false)))
        for member in world.members { world.restart(member) }
        #expect(world.run(61_000) { $0.isAtResidence })
        #expect(world.complaints.isEmpty)
    }

    @Test("a start address with an id takes only that node")
    func wrongStart() throws {
        let other = Keys.node(99).id
        var world = try World(nodes: 3, starts: ["\(other)@127.1.0.1:4000"])
        world.send(.start)
        world.run(for: 30_000)
        #expect(world.connected == nil)
        #expect(world.core.rosterView.roster == nil)
        #expect(world.kept == nil)
        let failures = world.notices.compactMap { if case .startFailed(_, let reason, _) = $0 { reason } else { nil } }
        #expect(failures.first == "\(DialFailure.wrongNode(got: world.nodes[0].id))")
    }

    @Test("another key at a trusted start address is reported, and used only if the roster knows it")
    func changedStart() throws {
        var first = try World(nodes: 3, starts: ["127.1.0.1:4000"])
        first.send(.start)
        first.run { $0.isAtResidence }
        let start = try StartAddress(text: "127.1.0.1:4000")

        var stranger = try World(nodes: 3, starts: ["127.1.0.1:4000"], state: first.kept)
        stranger.nodes[0] = FakeNode(77, at: start.target.endpoint, in: stranger.parameters)
        for index in 1...2 { stranger.refused.insert(stranger.nodes[index].endpoint) }
        stranger.send(.start)
        stranger.run(for: 20_000)
        #expect(
            stranger.notices.contains(
                .startNodeChanged(at: start, from: first.nodes[0].id, to: Keys.node(77).id, isUsed: false)))
        #expect(stranger.connected == nil)
        #expect(stranger.core.rosterView.roster?[Keys.node(77).id] == nil)

        var known = try World(nodes: 3, starts: ["127.1.0.1:4000"], state: first.kept)
        known.nodes[0].endpoint = try Endpoint(text: "127.1.0.1:5000")
        known.nodes[1].endpoint = start.target.endpoint
        known.nodes[1].record = FakeNode.record(known.nodes[1].identity, start.target.endpoint, known.parameters, 2)
        known.shareRosters()
        known.refused.insert(known.nodes[2].endpoint)
        known.send(.start)
        known.run(for: 20_000)
        #expect(
            known.notices.contains(
                .startNodeChanged(at: start, from: first.nodes[0].id, to: known.nodes[1].id, isUsed: true)))
        #expect(known.connected == known.nodes[1].id)
    }

    @Test("a node of another network is named and not used")
    func foreignNetwork() throws {
        let first = try World(nodes: 3)
        for known in [true, false] {
            var world = try World(
                nodes: 3, starts: ["127.1.0.1:4000"], state: known ? World.knowing(first) : nil,
                network: known ? nil : .laboratory(1))
            for index in world.nodes.indices { world.nodes[index].parameters = .laboratory(2) }
            world.send(.start)
            world.run(for: 5_000)
            #expect(world.connected == nil)
            let id = NetworkParameters.laboratory(2).id
            #expect(world.notices.contains(.foreignNetwork(id, at: .endpoint(try Endpoint(text: "127.1.0.1:4000")))))
        }
    }

    @Test("a stored state of another network than the expected one is refused by name")
    func stateOfAnotherNetwork() throws {
        let state = World.knowing(try World(nodes: 1))
        #expect(throws: ClientConfigurationError.self) {
            _ = try World(nodes: 1, state: state, network: .laboratory(2))
        }
    }

    @Test("nobody answers: dials grow rarer, and stop within the bound of links")
    func offline() throws {
        let first = try World(nodes: 9)
        var world = try World(nodes: 9, starts: ["127.1.0.1:9", "127.1.0.1:10"], state: World.knowing(first))
        for node in world.nodes { world.refused.insert(node.endpoint) }
        world.send(.start)
        world.run(for: 600_000)
        let before = world.dialled.count
        world.run(for: 600_000)
        let later = world.dialled.count - before
        #expect((20...700).contains(later), "\(later) dials in ten minutes")
        #expect(world.connected == nil)
    }
}

extension DialTarget {
    var endpoint: Endpoint {
        guard case .endpoint(let endpoint) = self else { preconditionFailure("\(self) is a name") }
        return endpoint
    }
}
