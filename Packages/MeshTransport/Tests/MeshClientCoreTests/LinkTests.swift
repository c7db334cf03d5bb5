import MeshClientCore
import MeshCrypto
import MeshRing
import MeshWire
import NIOCore
import Testing

@Suite("Keeping links")
struct LinkTests {
    func connected(_ nodes: UInt8 = 5) throws -> World {
        let first = try World(nodes: nodes)
        var world = try World(nodes: nodes, state: World.knowing(first))
        world.send(.start)
        world.run(for: 10_000)
        return world
    }

    @Test("a silent peer is pinged after 30 s; one that answers keeps its link")
    func ping() throws {
        var world = try connected()
        let dials = world.dialled.count { $0.role == .user }
        world.run(for: 300_000)
        #expect(world.dialled.count { $0.role == .user } == dials)
        let pings = world.nodes[world.index(of: world.members[0])].received.count { $0.type == .ping }
        #expect((9...11).contains(pings), "\(pings) pings")
        #expect(world.isAtResidence)
    }

    @Test("a peer that gives no sign of life loses its link 50 s after its last word")
    func dead() throws {
        var world = try connected()
        let (residence, next) = (world.members[0], world.members[1])
        let index = world.index(of: residence)
        world.inject([.ping(1)], from: residence)
        world.run(for: 10)
        world.nodes[index].isMute = true
        world.silent.insert(world.nodes[index].endpoint)
        let heard = world.now
        world.run(60_000) { $0.connected == nil }
        #expect((49_900...50_000).contains(world.now - heard))
        #expect(world.run(5_000) { $0.connected == next })
    }

    @Test("pings are answered with their nonce")
    func pong() throws {
        var world = try connected()
        world.inject([.ping(77)], from: world.members[0])
        world.run(for: 100)
        #expect(world.nodes[world.index(of: world.members[0])].received.contains(.pong(77)))
    }

    @Test("a node that keeps dropping its links is dialled ever more rarely, 60 s apart at the most")
    func backoff() throws {
        let first = try World(nodes: 1)
        var world = try World(nodes: 1, state: World.knowing(first))
        world.nodes[0].script = { _, frame, _ in frame.type == .hello ? [.goodbye(Goodbye(.tooManyLinks))] : nil }
        world.send(.start)
        world.run(for: 1_200_000)
        let times = world.effects.compactMap { if case .dial = $0.effect { $0.at } else { nil } }
        let gaps = zip(times.dropFirst(), times).map { $0 - $1 }
        #expect(gaps.allSatisfy { $0 >= 5_000 && $0 <= 60_100 }, "\(gaps)")
        #expect(gaps.suffix(10).reduce(0, +) > 150_000)
    }

    @Test("hello must come first, once, and in time")
    func hello() throws {
        let first = try World(nodes: 1)
        let hello = Hello(rosterDigest: Bytes16(), creditBytes: 1_000, software: "x")
        for (frames, fault) in [
            ([Frame.ping(1)], ClientFault.noHello(.ping)),
            ([.hello(hello), .hello(hello)], .unexpected(.hello)),
            ([], .helloTimedOut),
        ] {
            var core = try ClientCore(
                configuration: ClientConfiguration(user: Keys.user(1).id, mode: .follow, software: "test"),
                state: World.knowing(first), seed: 1)
            var out: [ClientEffect] = []
            core.handle(.start, now: 1_000, into: &out)
            let dial = try #require(out.compactMap { if case .dial(let dial) = $0 { dial } else { nil } }.first)
            let node = first.nodes[0].id
            core.handle(.linkOpened(dial.link, node: node, parameters: first.parameters), now: 1_000, into: &out)
            if frames.isEmpty {
                core.handle(.tick, now: 11_000, into: &out)
            } else {
                core.handle(.frames(dial.link, frames), now: 1_000, into: &out)
            }
            #expect(out.contains(.notice(.fault(node, fault))))
            #expect(out.contains(.close(dial.link, Goodbye(.protocolViolation, detail: "\(fault)"))))
        }
    }

    @Test("a link that proves another id than it was dialled for is closed, whatever the shell says")
    func wrongNode() throws {
        let first = try World(nodes: 1)
        var world = try World(nodes: 1, state: World.knowing(first))
        world.refused.insert(world.nodes[0].endpoint)
        world.send(.start)
        let dial = try #require(world.dialled.first)
        let liar = Keys.node(66).id
        world.send(.linkOpened(dial.link, node: liar, parameters: world.parameters))
        #expect(world.faults == [.wrongNode(liar)])
        #expect(world.effects.contains { if case .close(dial.link, _) = $0.effect { true } else { false } })
    }

    @Test("events of links that are gone, repeated openings and answers to nothing change nothing")
    func stale() throws {
        var world = try connected()
        let link = try #require(world.dialled.first?.link)
        let (effects, view) = (world.effects.count, world.core.rosterView)
        world.send(.linkOpened(link, node: world.nodes[0].id, parameters: world.parameters))
        world.send(.dialFailed(link, .timedOut))
        world.send(.answers([DeliveryAnswer(SubmissionID(Bytes16()), .ignore)]))
        world.send(.start)
        world.send(.cancelSubmit(SubmitToken(9)))
        #expect(world.effects.count == effects)
        #expect(world.core.rosterView == view)
        world.send(.stop)
        let after = world.effects.count
        world.send(.linkClosed(link, .closedByPeer))
        world.send(.frames(link, [.ping(1)]))
        world.send(.tick)
        #expect(world.effects.count == after)
    }

    @Test("the roster that was asked for comes fresh from the home node, or old after 15 s")
    func rosterWanted() throws {
        var world = try connected()
        for isMute in [false, true] {
            world.nodes[world.index(of: world.members[0])].isMute = isMute
            world.send(.rosterWanted)
            world.run(for: 15_001)
        }
        let rosters = world.effects.compactMap { if case .roster(let roster) = $0.effect { roster } else { nil } }
        #expect(rosters.map(\.isFresh) == [true, false])
        #expect(rosters[0].roster?.members.count == 5)
        #expect(rosters[0].members == world.members)
        #expect(rosters[0].connected == world.members[0])
    }

    @Test("a clock that goes back is held still")
    func clock() throws {
        var world = try connected()
        var out: [ClientEffect] = []
        world.core.handle(.tick, now: 5, into: &out)
        world.core.handle(.rosterWanted, now: 0, into: &out)
        #expect(world.core.nextDeadline.map { $0 > world.now } == true)
    }
}
