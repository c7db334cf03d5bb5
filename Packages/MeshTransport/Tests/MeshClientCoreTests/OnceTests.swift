import MeshClientCore
import MeshCrypto
import MeshRing
import MeshWire
import Testing

@Suite("Fetching once")
struct OnceTests {
    func once(_ nodes: UInt8 = 9, starts: [String] = [], state: ClientState? = nil) throws -> World {
        let first = try World(nodes: nodes)
        return try World(nodes: nodes, mode: .once, starts: starts, state: state ?? World.knowing(first))
    }

    @Test("all members are reached: everything arrives once, is removed, and the report names them all as empty")
    func all() throws {
        var world = try once()
        let members = world.members
        for (index, member) in members.enumerated() {
            for number in UInt32(1)...50 {
                // The last ten are at all of them.
                let shift = number > 40 ? 0 : UInt32(index * 100)
                world.put(Messages.message(number + shift, to: world.user), at: member)
            }
        }
        world.send(.start)
        #expect(world.run(10_000) { $0.report != nil })
        let report = try #require(world.report)
        #expect(report.reached == members.sorted())
        #expect(report.unreached.isEmpty)
        #expect(report.delivered == 130)
        #expect(report.nodes.map(\.delivered).sorted() == [40, 40, 50])
        #expect(world.isEmpty)
        #expect(Set(world.numbers).count == 130 && world.numbers.count == 130)
        #expect(world.complaints.isEmpty)
        // It keeps at most one link, for submissions, until it is stopped.
        world.run(for: 200_000)
        #expect(world.nodes.flatMap(\.links).count <= 1)
        world.send(.stop)
        world.run(for: 100)
        #expect(world.ended == .stopped)
        #expect(world.nodes.flatMap(\.links).isEmpty)
    }

    @Test("nothing is queued: the report comes at once")
    func empty() throws {
        var world = try once()
        world.send(.start)
        #expect(world.run(200) { $0.report != nil })
        #expect(world.report?.delivered == 0)
        #expect(world.report?.reached.count == 3)
    }

    @Test("some members are unreachable: the rest is fetched, and the report says who is missing and why")
    func some() throws {
        var world = try once()
        let members = world.members
        world.crash(members[0])
        world.silent.insert(world.nodes[world.index(of: members[1])].endpoint)
        world.put(Messages.message(1, to: world.user), at: members[2])
        world.send(.start)
        #expect(world.run(29_000) { $0.report != nil })
        let report = try #require(world.report)
        #expect(report.reached == [members[2]])
        #expect(report.unreached.count == 2)
        for node in report.unreached {
            let expected: FetchFailure =
                node.node == members[0] ? .unreachable(.unreachable("refused")) : .unreachable(.timedOut)
            #expect(node.failure == expected)
        }
        #expect(world.numbers == [1])
    }

    @Test("no member is reachable: the report is empty, after the start addresses were asked too")
    func none() throws {
        var world = try once(starts: ["127.1.0.1:9"])
        for node in world.nodes { world.refused.insert(node.endpoint) }
        world.send(.start)
        #expect(world.run(29_000) { $0.report != nil })
        #expect(world.report?.reached == [])
        #expect(world.report?.unreached.count == 3)
        #expect(world.report?.failedStarts.map(\.address.description) == ["127.1.0.1:9"])
        let dials = world.dialled.count
        world.run(for: 120_000)
        #expect(world.dialled.count == dials)
    }

    @Test("no network is known and no start address answers, or there is none: the report says so")
    func nothingKnown() throws {
        for starts in [[], ["127.1.0.1:9", "127.1.0.1:10"]] {
            var world = try once(starts: starts, state: ClientState())
            world.send(.start)
            #expect(world.run(5_000) { $0.report != nil })
            #expect(world.report?.nodes == [])
            #expect(world.report?.failedStarts.count == starts.count)
            world.run(for: 120_000)
            #expect(world.dialled.count == 2 * starts.count)
        }
    }

    @Test("from nothing but a start address everything is fetched")
    func fromStart() throws {
        var world = try once(starts: ["127.5.0.1:4004"], state: ClientState())
        for member in world.members { world.put(Messages.message(7, to: world.user), at: member) }
        world.send(.start)
        #expect(world.run(5_000) { $0.report != nil })
        #expect(world.report?.reached.count == 3)
        #expect(world.isEmpty)
        #expect(world.numbers == [7])
    }

    @Test("all members moved: the start address tells where, and they are fetched from in the end")
    func moved() throws {
        var world = try once(5, starts: ["127.1.0.1:4000"])
        for index in 1..<5 {
            let endpoint = try Endpoint(text: "127.\(index + 1).0.1:\(5_000 + index)")
            world.nodes[index].endpoint = endpoint
            world.nodes[index].record = FakeNode.record(world.nodes[index].identity, endpoint, world.parameters, 2)
        }
        world.shareRosters()
        let members = world.members
        for member in members { world.put(Messages.message(7, to: world.user), at: member) }
        world.send(.start)
        #expect(world.run(20_000) { $0.report != nil })
        let reached = Set(try #require(world.report).reached)
        #expect(reached.isSuperset(of: members))
        #expect(world.isEmpty)
    }

    @Test("former members are asked once, and then forgotten; those that weren't reached stay")
    func former() throws {
        var world = try World(nodes: 9, starts: ["127.1.0.1:4000"])
        world.send(.start)
        world.run(for: 1_000)
        let before = world.members
        // All members leave the set while the client is away.
        let state = try #require(world.kept)
        var later = try World(nodes: 9, mode: .once, state: state)
        for node in before { later.leave(node) }
        let now = later.members
        #expect(Set(now).isDisjoint(with: before))
        later.crash(before[1])
        for node in [before[0], now[0]] { later.put(Messages.message(9, to: later.user), at: node) }
        later.put(Messages.message(8, to: later.user), at: before[2])
        later.send(.start)
        #expect(later.run(20_000) { $0.report != nil })
        let report = try #require(later.report)
        #expect(Set(report.reached) == Set(now + [before[0], before[2]]))
        #expect(report.unreached.map(\.node) == [before[1]])
        #expect(later.numbers.sorted() == [8, 9])
        #expect(later.isEmpty)
    }

    @Test("the app is slow: the report waits for its answers and for the removals")
    func slowApp() throws {
        var world = try once()
        world.appDelay = 45_000
        world.put(Messages.message(1, to: world.user), at: world.members[0])
        world.send(.start)
        world.run(for: 44_000)
        #expect(world.report == nil)
        #expect(world.run(2_000) { $0.report != nil })
        #expect(world.isEmpty)
    }

    @Test("a node that never finishes, or refuses the removal, is reported and holds nobody up")
    func neverFinishes() throws {
        var world = try once()
        let members = world.members
        world.put(Messages.message(1, to: world.user), at: members[1])
        world.nodes[world.index(of: members[0])].script = { _, frame, _ in
            [.fetch, .contents].contains(frame.type) ? [] : nil
        }
        let user = world.user
        world.nodes[world.index(of: members[1])].script = { _, frame, _ in
            guard case .acknowledge(let entries) = frame else { return nil }
            return [.removed(entries.map { Removed(id: $0.acknowledged(by: user).id, status: .storageFailed) })]
        }
        world.send(.start)
        #expect(world.run(70_000) { $0.report != nil })
        let failures = Dictionary(
            uniqueKeysWithValues: (world.report?.nodes ?? []).map { ($0.node, $0.failure) })
        #expect(failures[members[0]] == .timedOut)
        #expect(failures[members[1]] == .removalRefused(.storageFailed))
        #expect(world.report?.reached == [members[2]])
    }

    @Test("submissions made meanwhile and afterwards are accepted")
    func submits() throws {
        var world = try once()
        world.put(Messages.message(1, to: world.user), at: world.members[2])
        world.send(.start)
        world.submit(100, to: Keys.user(2).id)
        #expect(world.run(5_000) { $0.report != nil && $0.results.count == 1 })
        world.cut(world.members[0])
        world.run(for: 5_000)
        world.submit(101, to: Keys.user(2).id)
        #expect(world.run(5_000) { $0.results.count == 2 })
        #expect(world.results.values.allSatisfy { if case .success = $0 { true } else { false } })
        #expect(world.complaints.isEmpty)
    }
}
