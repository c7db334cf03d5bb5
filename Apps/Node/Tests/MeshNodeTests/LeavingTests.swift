import MeshCrypto
import MeshNode
import MeshRing
import MeshWire
import Testing

@Suite("Leaving and coming back")
struct LeavingTests {
    let network = TestNetwork.laboratory(nodes: 4)
    var host: TestHost { network.hosts[1] }
    var others: [TestHost] { network.hosts.filter { $0 !== host } }

    private func stop(_ manner: StopManner, runMilliseconds: UInt64 = 2_000) {
        network.handle(.stop(manner), at: host)
        network.run(milliseconds: 100)
        network.crash(host)
        network.run(milliseconds: runMilliseconds)
    }

    private func states() -> Set<NodeState?> { Set(others.map { $0.engine.status.roster[host.node]?.state }) }
    private func digests(_ hosts: [TestHost]) -> Set<Bytes16> { Set(hosts.map(\.engine.status.roster.digest)) }

    @Test("who leaves is known as left at once, by all")
    func leaving() {
        stop(.leave, runMilliseconds: 500)
        #expect(host.hasStopped)
        #expect(host.notices.contains(.left))
        #expect(states() == [.left])
        #expect(digests(others).count == 1)
    }

    @Test("asked to stay, it says nothing to the others, who find it down; its record stands")
    func staying() {
        let record = host.engine.status.roster[host.node]?.record
        stop(.stay, runMilliseconds: 15_000)
        #expect(host.hasStopped && !host.notices.contains(.left))
        #expect(states() == [.down])
        #expect(others[0].engine.status.roster[host.node]?.record == record)
    }

    @Test(
        "who left comes back with a higher incarnation and has its place again", arguments: [StopManner.leave, .stay])
    func back(manner: StopManner) throws {
        let before = try #require(host.engine.status.roster[host.node]).record
        stop(manner)
        host.restart(now: network.now)
        network.handle(.start, at: host)
        network.run(milliseconds: 15_000)
        let after = try #require(others[0].engine.status.roster[host.node])
        #expect(after.state == .alive)
        #expect(after.record.incarnation > before.incarnation)
        #expect(after.record.standing == .active)
        #expect(digests(network.hosts).count == 1)
    }

    @Test("with nobody there to take over it ends as down, and says why")
    func alone() {
        let network = TestNetwork.laboratory(nodes: 2)
        network.crash(network.hosts[1])
        network.run(milliseconds: 15_000)
        network.handle(.stop(.leave), at: network.hosts[0])
        network.run(milliseconds: 100)
        #expect(network.hosts[0].hasStopped)
        #expect(network.hosts[0].notices.contains(.stays(.nobodyThere)))
        #expect(network.hosts[0].persisted?[network.hosts[0].node]?.record.standing == .active)
    }

    @Test("with something unfinished at the end of its time it doesn't count as gone")
    func unfinished() {
        let stuck = network.hosts[2]
        stuck.commitMilliseconds = 60_000
        let other = network.client(.generate(), at: stuck, guest: true)
        other.submit(TestMessage(to: network.user(residingAt: stuck).id).submission)
        network.run(milliseconds: 10)
        network.handle(.stop(.leave), at: stuck)
        network.run(milliseconds: EngineLimits().stopMilliseconds + 100)
        #expect(stuck.hasStopped)
        #expect(stuck.notices.contains(.stays(.unfinished)))
    }

    @Test("the operator's word forgets a member that is down, here alone, and no other")
    func forgetting() {
        network.handle(.forget(host.node), at: others[0])
        #expect(others[0].engine.status.roster[host.node]?.state == .alive)
        network.crash(host)
        network.run(milliseconds: 15_000)
        network.handle(.forget(host.node), at: others[0])
        #expect(others[0].engine.status.roster[host.node] == nil)
        #expect(others[1].engine.status.roster[host.node]?.state == .down)
        network.run(milliseconds: 60_000)
        #expect(others[0].engine.status.roster[host.node] == nil)
        host.restart(now: network.now)
        network.handle(.start, at: host)
        network.run(milliseconds: 15_000)
        #expect(others[0].engine.status.roster[host.node]?.state == .alive)
    }
}
