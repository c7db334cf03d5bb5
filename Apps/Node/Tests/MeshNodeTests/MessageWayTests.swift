import MeshCrypto
import MeshNode
import MeshQueue
import MeshRing
import MeshWire
import Testing

@Suite("A message's way through engines in memory")
struct MessageWayTests {
    /// One copy of each message: what the residence alone does.
    let network = TestNetwork.laboratory(nodes: 5, replicas: 1)

    @Test("five nodes, each joined through the first, agree on the roster")
    func convergence() {
        #expect(Set(network.hosts.map { $0.engine.status.roster.digest }).count == 1)
        #expect(network.hosts.allSatisfy { $0.engine.status.placedNodes == 5 && $0.engine.status.nodeLinks == 4 })
        for host in network.hosts {
            #expect(host.notices.count { if case .violation = $0 { true } else { false } } == 0)
        }
    }

    @Test("submitted anywhere while the recipient is away, it lies at the residence and is delivered later")
    func offlineDelivery() {
        let recipient = network.user(residingAt: network.hosts[2])
        let sender = network.client(.generate(), at: network.hosts[4], guest: true)
        let message = TestMessage(to: recipient.id)
        sender.submit(message.submission)
        network.run()
        #expect(sender.submitted.map(\.status) == [.accepted])
        #expect(sender.submitted.first?.id == message.submission.id)
        #expect(network.hosts.map(\.store.messages) == [0, 0, 1, 0, 0])

        let client = network.client(recipient, at: network.hosts[2])
        client.fetch(.queued)
        network.run()
        #expect(client.delivered == [message.submission])
        #expect(client.fetched == [Fetched(request: 1, status: .accepted, delivered: 1)])
        client.acknowledge(message)
        network.run()
        #expect(client.removed == [Removed(id: message.submission.id, status: .accepted)])
        #expect(network.hosts[2].store.messages == 0)
    }

    @Test("every recipient, from every node: accepted, and found at the residence alone")
    func allToAll() {
        for number in 0..<20 {
            let recipient = TestNetwork.user(UInt8(number))
            let sender = network.client(.generate(), at: network.hosts[number % 5], guest: true)
            sender.submit(TestMessage(to: recipient.id, number: number).submission)
            network.run()
            #expect(sender.submitted.map(\.status) == [.accepted])
            let client = network.client(recipient, at: network.set(of: recipient.id)[0])
            client.fetch(.queued)
            network.run()
            #expect(client.delivered.count == 1)
        }
    }

    @Test("500 messages to somebody online arrive once and in order, some before they are stored")
    func liveOrder() {
        let recipient = network.user(residingAt: network.hosts[1])
        let client = network.client(recipient, at: network.hosts[1])
        client.fetch(.follow)
        network.run()
        let sender = network.client(.generate(), at: network.hosts[3], guest: true)
        let messages = (0..<500).map { TestMessage(to: recipient.id, number: $0) }
        for (number, message) in messages.enumerated() {
            network.after(UInt64(number) * 3) { sender.submit(message.submission, request: UInt32(number)) }
        }
        network.run(milliseconds: 10_000)
        #expect(sender.submitted.map(\.request) == (0..<500).map { UInt32($0) })
        #expect(sender.submitted.allSatisfy { $0.status == .accepted })
        #expect(client.delivered == messages.map(\.submission))
    }

    @Test("what a narrow credit holds back comes in order when it opens, nothing twice")
    func creditHoldsBack() {
        let recipient = network.user(residingAt: network.hosts[1])
        let sender = network.client(.generate(), at: network.hosts[1], guest: true)
        let messages = (0..<200).map { TestMessage(to: recipient.id, number: $0, size: 1_024) }
        for message in messages { sender.submit(message.submission) }
        network.run()
        let client = network.client(recipient, at: network.hosts[1], credit: 64 * 1_024)
        client.fetch(.follow)
        network.run()
        #expect((1..<200).contains(client.delivered.count))
        while client.delivered.count < 200 {
            let before = client.delivered.count
            client.send(.credit(bytes: 64 * 1_024))
            network.run(milliseconds: 100)
            guard client.delivered.count > before else { break }
        }
        #expect(client.delivered == messages.map(\.submission))
    }

    @Test("the same submission twice is accepted twice and held once")
    func repetition() {
        let recipient = network.user(residingAt: network.hosts[2])
        let sender = network.client(.generate(), at: network.hosts[0], guest: true)
        let message = TestMessage(to: recipient.id)
        sender.submit(message.submission)
        network.run()
        sender.submit(message.submission)
        network.run()
        #expect(sender.submitted.map(\.status) == [.accepted, .alreadyHeld])
        #expect(network.hosts[2].store.messages == 1)
    }

    @Test("the residence is away: the next member takes it, and gives it to the recipient who asks there")
    func residenceAway() {
        let recipient = network.user(residingAt: network.hosts[2])
        network.crash(network.hosts[2])
        network.run(milliseconds: 20_000)
        let second = network.set(of: recipient.id)[0]
        let sender = network.client(.generate(), at: network.hosts.first { $0 !== second && $0.isUp }!, guest: true)
        sender.submit(TestMessage(to: recipient.id).submission)
        network.run(milliseconds: 20_000)
        #expect(sender.submitted.map(\.status) == [.accepted])
        #expect(second.store.messages == 1)
    }

    @Test("the residence crashes with the message on its disk, comes back, and delivers it")
    func crashAndReturn() {
        let residence = network.hosts[2]
        let recipient = network.user(residingAt: residence)
        let sender = network.client(.generate(), at: network.hosts[0], guest: true)
        let message = TestMessage(to: recipient.id)
        sender.submit(message.submission)
        network.run()
        network.crash(residence)
        network.run(milliseconds: 20_000)
        #expect(network.hosts[0].engine.status.placedNodes == 4)
        residence.restart(now: network.now)
        network.handle(.start, at: residence)
        network.run(milliseconds: 90_000)
        #expect(Set(network.hosts.map { $0.engine.status.roster.digest }).count == 1)
        #expect(network.hosts[0].engine.status.placedNodes == 5)
        let client = network.client(recipient, at: residence)
        client.fetch(.queued)
        network.run()
        #expect(client.delivered == [message.submission])
    }

    @Test("ephemeral messages reach who is online, are stored nowhere and answered by nobody")
    func ephemeral() {
        let recipient = network.user(residingAt: network.hosts[2])
        let sender = network.client(.generate(), at: network.hosts[0], guest: true)
        let before = sender.received.count
        sender.send(.ephemeral(TestMessage(to: recipient.id, number: 1).submission))
        network.run()
        let client = network.client(recipient, at: network.hosts[2])
        client.fetch(.follow)
        network.run()
        let message = TestMessage(to: recipient.id, number: 2)
        sender.send(.ephemeral(message.submission))
        network.run()
        #expect(client.received.contains(.deliver(Deliver(isEphemeral: true, submission: message.submission))))
        #expect(client.delivered.count == 1)
        #expect(sender.received.count == before)
        #expect(network.hosts.allSatisfy { $0.store.messages == 0 })
    }

    @Test("stopping finishes what is under way, says goodbye, and takes nothing new")
    func stopping() {
        let host = network.hosts[0]
        let recipient = network.user(residingAt: host)
        host.commitMilliseconds = 500
        let sender = network.client(.generate(), at: host, guest: true)
        sender.submit(TestMessage(to: recipient.id, number: 1).submission, request: 1)
        network.run(milliseconds: 10)
        network.handle(.stop(.leave), at: host)
        let refused = TestMessage(to: recipient.id, number: 2)
        sender.submit(refused.submission, request: 2)
        network.run(milliseconds: 10_000)
        #expect(Set(sender.submitted.map(\.status)) == [.accepted, .stopping])
        #expect(sender.goodbye?.reason == .stopping)
        #expect(host.hasStopped)
        #expect(network.holders(of: refused).isEmpty)
    }
}

@Suite("A full queue")
struct FullQueueTests {
    @Test("a queue that is full at the residence is told to the sender, and no other member takes the message")
    func fullAtResidence() {
        let network = TestNetwork.laboratory(nodes: 3, replicas: 1)
        let residence = network.hosts[1]
        let recipient = network.user(residingAt: residence)
        residence.store = TestStore(
            limits: QueueLimits(messagesPerRecipient: 1, bytesPerRecipient: 1 << 20, payloadBytes: 65_535))
        let sender = network.client(.generate(), at: network.hosts[0], guest: true)
        for number in 1...2 { sender.submit(TestMessage(to: recipient.id, number: number).submission) }
        network.run(milliseconds: 20_000)
        #expect(sender.submitted.map(\.status) == [.accepted, .recipientQueueFull])
        #expect(network.hosts.map(\.store.messages).reduce(0, +) == 1)
    }
}
