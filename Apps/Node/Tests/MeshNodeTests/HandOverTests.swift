import MeshCrypto
import MeshNode
import MeshRing
import MeshWire
import Testing

@Suite("Hand-over and repair")
struct HandOverTests {
    let network = TestNetwork.laboratory(nodes: 5)
    let users = (0..<20).map { TestNetwork.user(UInt8($0)).id }

    /// Every user's messages on the disks of its set.
    private func fill(each count: Int = 5) -> [TestMessage] {
        let messages = TestNetwork.messages(to: users, each: count)
        for message in messages { network.hold([message], at: network.set(of: message.submission.recipient)) }
        return messages
    }

    private func restart(_ host: TestHost) {
        host.restart(now: network.now)
        network.handle(.start, at: host)
    }

    @Test("a member is down: others take its place, and let go when it is back")
    func downAndBack() {
        let messages = fill()
        let away = network.hosts[1]
        network.crash(away)
        network.run(milliseconds: 30_000)
        let served = messages.filter { network.holders(of: $0).subtracting([away.node]).count == 3 }
        #expect(served.count == messages.count)
        restart(away)
        network.run(milliseconds: 30_000)
        #expect(network.misplaced(messages) == 0)
    }

    @Test("a node joins: it gets what is its own, and who isn't in a set any more lets go")
    func joining() {
        let messages = fill()
        let host = network.addNode(network.hosts[0].parameters)
        network.run(milliseconds: 30_000)
        #expect(host.store.messages > 0)
        #expect(network.misplaced(messages) == 0)
        #expect(network.movedCopies == host.store.messages, "of three holders one sends it")
    }

    @Test("another node joins in mid hand-over: the newest roster wins")
    func joiningMeanwhile() {
        for host in network.hosts { host.commitMilliseconds = 200 }
        let messages = fill(each: 20)
        let first = network.addNode(network.hosts[0].parameters)
        var waited = 0
        while first.store.messages == 0, waited < 300 {
            network.run(milliseconds: 100)
            waited += 1
        }
        #expect(network.misplaced(messages) > 0, "the hand-over is under way")
        network.addNode(network.hosts[0].parameters)
        network.run(milliseconds: 90_000)
        #expect(network.misplaced(messages) == 0)
    }

    @Test("what was removed while a member was away doesn't come back with it")
    func removedMeanwhile() {
        let messages = fill(each: 2)
        let away = network.hosts[1]
        network.crash(away)
        network.run(milliseconds: 30_000)
        let removed = messages.filter { away.store.holds($0.submission) }
        #expect(!removed.isEmpty)
        for host in network.hosts where host.isUp { host.store.remove(removed, nowSeconds: network.now.wallSeconds) }
        restart(away)
        network.run(milliseconds: 60_000)
        #expect(removed.allSatisfy { network.holders(of: $0).isEmpty })
        let rest = messages.filter { message in !removed.contains { $0.submission.id == message.submission.id } }
        #expect(network.misplaced(rest) == 0)
    }

    @Test("who is new in a set is told what was removed there")
    func tombstonesMove() {
        let messages = fill(each: 2)
        for host in network.hosts { host.store.remove(messages, nowSeconds: network.now.wallSeconds) }
        let host = network.addNode(network.hosts[0].parameters)
        network.run(milliseconds: 30_000)
        let own = messages.filter { message in network.set(of: message.submission.recipient).contains { $0 === host } }
        #expect(!own.isEmpty)
        #expect(own.allSatisfy { host.store.remembers($0.submission) })
    }

    @Test("a member whose disk was wiped is refilled")
    func wiped() {
        let messages = fill()
        let host = network.hosts[2]
        network.crash(host)
        host.store = TestStore()
        restart(host)
        network.run(milliseconds: 30_000)
        #expect(network.misplaced(messages) == 0)
    }

    @Test("a copy that one member has not got is found by the regular round")
    func round() {
        let messages = fill()
        network.run(milliseconds: 20_000)
        let set = network.set(of: users[0])
        let late = TestMessage(to: users[0], number: 9_999)
        network.hold([late], at: [set[1]])
        network.run(milliseconds: 12 * 60_000)
        #expect(network.misplaced(messages + [late]) == 0)
    }

    @Test("who isn't in the set lets go only once all of its members hold the message")
    func lettingGo() {
        let user = network.user(servedBy: network.hosts[0], false)
        let messages = TestNetwork.messages(to: [user], each: 10)
        let set = network.set(of: user)
        set[2].store.isBroken = true
        network.hold(messages, at: [network.hosts[0]])
        restart(network.hosts[0])
        network.run(milliseconds: 60_000)
        #expect(messages.allSatisfy { network.holders(of: $0).contains(network.hosts[0].node) })
        set[2].store.isBroken = false
        network.run(milliseconds: 120_000)
        #expect(network.misplaced(messages) == 0)
    }
}

@Suite("Draining")
struct DrainTests {
    let network: TestNetwork
    let host: TestHost
    let messages: [TestMessage]

    init() {
        network = TestNetwork.laboratory(nodes: 5)
        host = network.hosts[3]
        messages = TestNetwork.messages(to: (0..<30).map { TestNetwork.user(UInt8($0)).id }, each: 10)
        for message in messages { network.hold([message], at: network.set(of: message.submission.recipient)) }
        network.run(milliseconds: 5_000)
    }

    @Test("a node that leaves hands over what it holds, says how far it is, and goes at once when it is done")
    func draining() {
        let held = host.store.messages
        #expect(held > 100)
        network.handle(.stop(.leave), at: host)
        network.run(milliseconds: 10_000)
        #expect(host.hasStopped)
        #expect(host.notices.contains(.left))
        #expect(host.notices.contains(.draining(handedOver: held, of: held)))
        #expect(host.store.messages == 0)
        network.crash(host)
        #expect(network.misplaced(messages) == 0, "before anybody else has done anything")
    }

    @Test("a message that only the leaving node holds gets to all of its new set")
    func onlyCopy() {
        let user = network.user(servedBy: host)
        let only = TestNetwork.messages(to: [user], each: 700)
        network.hold(only, at: [host])
        network.handle(.stop(.leave), at: host)
        network.run(milliseconds: 20_000)
        #expect(host.hasStopped)
        network.crash(host)
        #expect(network.misplaced(messages + only) == 0)
    }

    @Test("what could not be handed over in time stays, is told, and the node doesn't count as gone")
    func timeOut() {
        for other in network.hosts where other !== host { other.store.isBroken = true }
        let held = host.store.messages
        network.handle(.stop(.leave), at: host)
        network.run(milliseconds: EngineLimits().drainMilliseconds - 100)
        #expect(!host.hasStopped)
        network.run(milliseconds: 200)
        #expect(host.hasStopped)
        #expect(host.notices.contains(.notHandedOver(messages: held, of: held)))
        #expect(host.notices.contains(.stays(.unfinished)))
        #expect(host.store.messages == held)
    }

    @Test("a node whose own store can't be read gives up within seconds, and doesn't count as gone")
    func ownStoreFails() {
        host.store.isBroken = true
        network.handle(.stop(.leave), at: host)
        network.run(milliseconds: 8_000)
        #expect(host.hasStopped)
        #expect(host.notices.contains(.stays(.storeFailed)))
    }

    @Test("one that stays hands over nothing and ends at once")
    func staying() {
        let held = host.store.messages
        network.handle(.stop(.stay), at: host)
        network.run(milliseconds: 100)
        #expect(host.hasStopped)
        #expect(host.store.messages == held)
    }

    @Test("with nobody there to take it, it ends at once, as down")
    func nobody() {
        for other in network.hosts where other !== host { network.crash(other) }
        network.run(milliseconds: 15_000)
        network.handle(.stop(.leave), at: host)
        network.run(milliseconds: 100)
        #expect(host.hasStopped)
        #expect(host.notices.contains(.stays(.nobodyThere)))
        #expect(!host.notices.contains(.left))
    }
}

extension TestStore {
    fileprivate mutating func remove(_ messages: [TestMessage], nowSeconds: UInt32) {
        let writes = messages.map { message in
            EngineEffect.remove(
                token: 0, recipient: message.submission.recipient, id: message.submission.id,
                proof: .acknowledgement(
                    DisclosedSecret(acknowledging: message.submission.header, secret: message.secret)),
                keepUntilSeconds: message.submission.expirySeconds)
        }
        _ = commit(writes, nowSeconds: nowSeconds)
    }

    fileprivate mutating func remembers(_ submission: Submission) -> Bool {
        let answer = answer(.lookup([MessageKey(submission.recipient, submission.id)]), nowSeconds: 0)
        guard case .lookup(let states) = answer, case .removed = states.first else { return false }
        return true
    }
}
