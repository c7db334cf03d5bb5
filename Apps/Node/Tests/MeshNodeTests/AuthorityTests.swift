import MeshCrypto
import MeshNode
import MeshRing
import MeshWire
import NIOCore
import Testing

@Suite("Who may do what")
struct AuthorityTests {
    let network = TestNetwork.laboratory(nodes: 3)

    private func queued(_ count: Int, for recipient: UserIdentity) -> [TestMessage] {
        let sender = network.client(.generate(), at: network.hosts[0], guest: true)
        let messages = (0..<count).map { TestMessage(to: recipient.id, number: $0) }
        for message in messages { sender.submit(message.submission) }
        network.run()
        return messages
    }

    @Test("a guest gets no queue, and another user only his own")
    func foreignQueues() {
        let recipient = network.user(residingAt: network.hosts[1])
        _ = queued(3, for: recipient)
        let guest = network.client(.generate(), at: network.hosts[1], guest: true)
        guest.fetch(.queued)
        let other = network.client(.generate(), at: network.hosts[1])
        other.fetch(.queued)
        network.run()
        #expect(guest.fetched.map(\.status) == [.notPermitted])
        #expect(other.fetched == [Fetched(request: 1, status: .accepted, delivered: 0)])
        #expect(guest.delivered.isEmpty && other.delivered.isEmpty)
    }

    @Test("a wrong secret removes nothing, a right one shown by somebody else neither")
    func removalByProof() {
        let recipient = network.user(residingAt: network.hosts[1])
        let message = queued(1, for: recipient)[0]
        let client = network.client(recipient, at: network.hosts[1])
        client.send(
            .acknowledge([DisclosedSecret(acknowledging: message.submission.header, secret: ProofSecret(Bytes16()))]))
        let other = network.client(.generate(), at: network.hosts[1])
        other.acknowledge(message)
        network.run()
        #expect(client.removed.map(\.status) == [.notHeld])
        #expect(other.removed.map(\.status) == [.notHeld])
        #expect(network.hosts[1].store.messages == 1)
    }

    @Test("what can't be opened is discarded by the recipient's signature, and by no other")
    func discard() {
        let recipient = network.user(residingAt: network.hosts[1])
        let id = queued(1, for: recipient)[0].submission.id
        let signed = Discard.signed(id, network: network.hosts[1].parameters.id)
        let client = network.client(recipient, at: network.hosts[1])
        let forged = TestNetwork.user(77).sign(signed, context: Discard.context)
        client.send(.discard([Discard(id: id, signature: forged)]))
        network.run()
        #expect(client.removed.map(\.status) == [.proofRefused])
        client.send(.discard([Discard(id: id, signature: recipient.sign(signed, context: Discard.context))]))
        network.run()
        #expect(client.removed.map(\.status) == [.proofRefused, .accepted])
        #expect(network.hosts[1].store.messages == 0)
    }

    @Test("removed by proof, the same bytes don't come back")
    func noResurrection() {
        let recipient = network.user(residingAt: network.hosts[1])
        let message = queued(1, for: recipient)[0]
        let client = network.client(recipient, at: network.hosts[1])
        client.acknowledge(message)
        network.run()
        let sender = network.client(.generate(), at: network.hosts[0], guest: true)
        sender.submit(message.submission)
        network.run()
        #expect(sender.submitted.map(\.status) == [.removedBefore])
        #expect(network.hosts[1].store.messages == 0)
    }

    @Test("a newer receiving link replaces the older one, which hears why")
    func replaced() {
        let user = network.user(residingAt: network.hosts[1])
        let older = network.client(user, at: network.hosts[1])
        older.fetch(.follow)
        network.run()
        let newer = network.client(user, at: network.hosts[1])
        newer.fetch(.follow)
        network.run()
        #expect(older.goodbye?.reason == .replaced)
        #expect(older.isClosed && !newer.isClosed)
        let message = queued(1, for: user)[0]
        #expect(newer.delivered == [message.submission])
        #expect(older.delivered.isEmpty)
    }

    @Test("frames of the wrong kind of link, before hello, or a second hello cost the peer its link, and only it")
    func violations() {
        let user = network.user(residingAt: network.hosts[0])
        let good = network.client(user, at: network.hosts[0])
        let submission = TestMessage(to: user.id).submission
        let frames: [Frame] = [
            .forward(Forward(request: 1, rosterDigest: Bytes16(), submission: submission)),
            .records([RosterEntry(state: 0, record: ByteBuffer(bytes: [1]))]),
            .deliver(Deliver(isEphemeral: false, submission: submission)),
            .hello(Hello(rosterDigest: Bytes16(), creditBytes: 1, software: "")),
            .credit(bytes: WireLimits.openCredit),
        ]
        for frame in frames {
            let bad = network.client(.generate(), at: network.hosts[0])
            bad.send(frame)
            network.run()
            #expect(bad.goodbye?.reason == .protocolViolation, "\(frame.type)")
            #expect(bad.isClosed)
        }
        #expect(!good.isClosed)
        good.submit(submission)
        network.run()
        #expect(good.submitted.map(\.status) == [.accepted])
    }

    @Test("who says no hello within 10 s loses the link")
    func silentPeer() {
        let client = TestClient(network)
        network.connect(client, to: network.hosts[0])
        let other = TestClient(network)
        other.hello.software = "late"
        network.run(milliseconds: 11_000)
        #expect(!client.isClosed)
        network.handle(.linkOpened(LinkID(1 << 40), .guest), at: network.hosts[0])
        network.run(milliseconds: 11_000)
        #expect(network.hosts[0].notices.contains(.violation(.guest, "no hello within 10 s")))
    }

    @Test("more than was granted costs the sender its link")
    func creditExceeded() {
        let user = network.user(residingAt: network.hosts[0])
        network.hosts[0].commitMilliseconds = 5_000
        let client = network.client(.generate(), at: network.hosts[0], guest: true)
        for number in 0..<5 {
            client.submit(TestMessage(to: user.id, number: number, size: 61_440).submission)
        }
        network.run(milliseconds: 100)
        #expect(client.goodbye?.reason == .creditExceeded)
    }

    @Test("expired, too far ahead and unknown flags are refused by name")
    func refusals() throws {
        let user = network.user(residingAt: network.hosts[0])
        let client = network.client(.generate(), at: network.hosts[1], guest: true)
        client.submit(TestMessage(to: user.id, expirySeconds: 1_799_000_000).submission)
        client.submit(TestMessage(to: user.id, expirySeconds: 1_900_000_000).submission)
        let plain = TestMessage(to: user.id).submission
        var body = plain.body
        body.setInteger(UInt16(1), at: 0)
        client.submit(try Submission(recipient: user.id, expirySeconds: plain.expirySeconds, body: body))
        network.run()
        #expect(client.submitted.map(\.status) == [.expired, .expiryTooFar, .unknownFlags])
        #expect(network.hosts.allSatisfy { $0.store.messages == 0 })
    }

    @Test("a broken disk refuses by name and accepts again when it is mended")
    func brokenStore() {
        let network = TestNetwork.laboratory(nodes: 1)
        let user = network.user(residingAt: network.hosts[0])
        let client = network.client(.generate(), at: network.hosts[0], guest: true)
        network.hosts[0].store.isBroken = true
        let submission = TestMessage(to: user.id).submission
        client.submit(submission)
        network.run()
        network.hosts[0].store.isBroken = false
        client.submit(submission)
        network.run()
        #expect(client.submitted.map(\.status) == [.storageFailed, .accepted])
    }

    @Test("more than 4,096 messages stand unacknowledged on no link")
    func unacknowledgedWindow() {
        var limits = EngineLimits()
        limits.unacknowledged = 10
        let network = TestNetwork.laboratory(nodes: 1, limits: limits)
        let user = TestNetwork.user(1)
        let sender = network.client(.generate(), at: network.hosts[0], guest: true)
        let messages = (0..<25).map { TestMessage(to: user.id, number: $0) }
        for message in messages { sender.submit(message.submission) }
        network.run()
        let client = network.client(user, at: network.hosts[0])
        client.fetch(.follow)
        network.run()
        #expect(client.delivered.count == 10)
        for message in messages[..<10] { client.acknowledge(message) }
        network.run()
        #expect(client.delivered.count == 20)
        for message in messages[10..<20] { client.acknowledge(message) }
        network.run()
        #expect(client.delivered == messages.map(\.submission))
    }
}
