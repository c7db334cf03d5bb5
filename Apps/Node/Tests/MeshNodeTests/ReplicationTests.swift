import MeshCrypto
import MeshNode
import MeshQueue
import MeshRing
import MeshWire
import Testing

@Suite("Copies at three members")
struct ReplicationTests {
    let network = TestNetwork.laboratory(nodes: 5)

    private func stranger(at host: TestHost) -> TestClient { network.client(.generate(), at: host, guest: true) }

    /// A node that isn't in the user's set.
    private func outsider(of user: UserID) -> TestHost {
        let set = network.set(of: user)
        return network.hosts.first { host in host.isUp && !set.contains { $0 === host } }!
    }

    @Test(
        "submitted anywhere, a message is accepted with two copies and soon held by the three of its set, and no other")
    func threeCopies() {
        for number in 0..<10 {
            let recipient = TestNetwork.user(UInt8(number))
            let sender = stranger(at: network.hosts[number % 5])
            sender.submit(TestMessage(to: recipient.id, number: number).submission)
            let before = network.hosts.map(\.store.messages)
            network.run()
            #expect(sender.submitted.map(\.status) == [.accepted])
            #expect(sender.submitted.allSatisfy { $0.copies == 2 && $0.needed == 2 })
            let set = network.set(of: recipient.id)
            let after = zip(network.hosts, before).map { host, count in
                count + (set.contains { $0 === host } ? 1 : 0)
            }
            #expect(network.hosts.map(\.store.messages) == after)
        }
    }

    @Test("a node that is to join a network and hasn't found it takes nothing; one that founds it does")
    func notAloneByMistake() {
        let nowhere = try! Endpoint(text: "127.99.0.1:4000")
        for (joins, status) in [([nowhere], DeliveryStatus.tooFewMembers), ([], .accepted)] {
            let network = TestNetwork()
            let host = TestHost(
                NodeIdentity(seed: TestNetwork.seed(1)), at: try! Endpoint(text: "127.1.0.1:4000"),
                parameters: self.network.hosts[0].parameters, join: joins, limits: EngineLimits(), now: network.now)
            network.add(host)
            network.handle(.start, at: host)
            let sender = network.client(.generate(), at: host, guest: true)
            sender.submit(TestMessage(to: TestNetwork.user(1).id).submission)
            network.run()
            #expect(sender.submitted.map(\.status) == [status])
        }
    }

    @Test("each member's receipt comes, is valid and about this message; the answer waits for two of them")
    func receipts() throws {
        let recipient = TestNetwork.user(1)
        let set = network.set(of: recipient.id)
        for host in [set[0], set[2], outsider(of: recipient.id)] {
            let sender = stranger(at: host)
            let message = TestMessage(to: recipient.id, number: Int.random(in: 1...60_000)).submission
            sender.submit(message)
            network.run()
            let receipts = sender.receipts
            #expect(Set(receipts.map(\.commit.node)) == Set(set.map(\.node)))
            #expect(receipts.count == 3)
            #expect(receipts.allSatisfy { $0.isValid(in: host.parameters.id) })
            #expect(receipts.allSatisfy { $0.entries == [CustodyEntry(.stored, message.id)] })
            let answer = try #require(
                sender.received.firstIndex { if case .submitted = $0 { true } else { false } })
            let before = sender.received[..<answer].count { if case .receipt = $0 { true } else { false } }
            #expect(before >= 2)
        }
    }

    @Test("who doesn't want receipts gets none")
    func noReceipts() {
        let recipient = TestNetwork.user(1)
        for host in [network.set(of: recipient.id)[0], outsider(of: recipient.id)] {
            let sender = stranger(at: host)
            sender.send(
                .submit(
                    Submit(
                        request: 1, rosterDigest: Bytes16(), options: [],
                        submission: TestMessage(to: recipient.id).submission)))
            network.run()
            #expect(sender.submitted.allSatisfy { $0.status.isAccepted })
            #expect(sender.receipts.isEmpty)
        }
    }

    @Test("many people's messages in one commit: each gets the receipts of its own and of no other's")
    func dividedReceipts() {
        let recipient = TestNetwork.user(2)
        let host = outsider(of: recipient.id)
        let senders = (0..<4).map { _ in stranger(at: host) }
        let messages = (0..<80).map { TestMessage(to: recipient.id, number: $0).submission }
        for (number, message) in messages.enumerated() {
            senders[number % 4].submit(message, request: UInt32(number))
        }
        network.run()
        for (place, sender) in senders.enumerated() {
            let own = Set(stride(from: place, to: 80, by: 4).map { messages[$0].id })
            #expect(sender.receipts.allSatisfy { $0.isValid(in: host.parameters.id) })
            let told = sender.receipts.flatMap { receipt in receipt.entries.map { ($0.id, receipt.commit.node) } }
            #expect(Set(told.map(\.0)) == own)
            #expect(told.count == 3 * own.count)
            #expect(sender.submitted.count == 20)
        }
    }

    @Test("a member that takes long is not waited for; its receipt comes when it has it")
    func slowMember() {
        let recipient = TestNetwork.user(3)
        let set = network.set(of: recipient.id)
        set[2].commitMilliseconds = 3_000
        let sender = stranger(at: set[0])
        sender.submit(TestMessage(to: recipient.id).submission)
        network.run(milliseconds: 100)
        #expect(sender.submitted.map(\.status) == [.accepted])
        #expect(sender.receipts.count == 2)
        network.run(milliseconds: 4_000)
        #expect(sender.receipts.count == 3)
        #expect(sender.submitted.count == 1)
    }

    @Test("the residence's disk is broken: the other two keep the message; two broken ones are refused by name")
    func brokenDisks() {
        let recipient = TestNetwork.user(4)
        let set = network.set(of: recipient.id)
        let sender = stranger(at: outsider(of: recipient.id))
        set[0].store.isBroken = true
        sender.submit(TestMessage(to: recipient.id, number: 1).submission)
        network.run()
        #expect(sender.submitted.map(\.status) == [.accepted])
        #expect(set.map(\.store.messages) == [0, 1, 1])
        set[1].store.isBroken = true
        sender.submit(TestMessage(to: recipient.id, number: 2).submission)
        network.run(milliseconds: 30_000)
        #expect(sender.submitted.map(\.status.isAccepted) == [true, false])
        #expect(sender.submitted.last?.status.isTemporary == true)
        for host in set { host.store.isBroken = false }
        sender.submit(TestMessage(to: recipient.id, number: 2).submission)
        network.run()
        #expect(sender.submitted.last?.status.isAccepted == true)
    }

    @Test("a queue that is full at one member takes the message at two; full at two, the sender is told so")
    func fullQueues() {
        let recipient = TestNetwork.user(5)
        let set = network.set(of: recipient.id)
        let limits = QueueLimits(messagesPerRecipient: 1, bytesPerRecipient: 1 << 20, payloadBytes: 65_535)
        let sender = stranger(at: outsider(of: recipient.id))
        set[1].store = TestStore(limits: limits)
        for number in 1...2 { sender.submit(TestMessage(to: recipient.id, number: number).submission) }
        network.run()
        #expect(sender.submitted.map(\.status) == [.accepted, .accepted])
        #expect(set.map(\.store.messages) == [2, 1, 2])
        set[0].store = TestStore(limits: limits)
        for number in 3...4 { sender.submit(TestMessage(to: recipient.id, number: number).submission) }
        network.run()
        #expect(sender.submitted.suffix(2).map(\.status) == [.accepted, .recipientQueueFull])
    }

    @Test("two of three crash the moment after accepted: the third gives the message to its recipient")
    func survivor() {
        let recipient = TestNetwork.user(6)
        let set = network.set(of: recipient.id)
        let sender = stranger(at: set[0])
        let message = TestMessage(to: recipient.id)
        sender.submit(message.submission)
        network.run(milliseconds: 50)
        #expect(sender.submitted.map(\.status) == [.accepted])
        network.crash(set[0])
        network.crash(set[1])
        let client = network.client(recipient, at: set[2])
        client.fetch(.queued)
        network.run()
        #expect(client.delivered == [message.submission])
    }

    @Test("the recipient is online at another member than the one that takes the message: it has it at once")
    func liveElsewhere() {
        let recipient = TestNetwork.user(7)
        let set = network.set(of: recipient.id)
        let client = network.client(recipient, at: set[1])
        client.fetch(.follow)
        network.run()
        let sender = stranger(at: set[0])
        let messages = (0..<50).map { TestMessage(to: recipient.id, number: $0) }
        for message in messages { sender.submit(message.submission) }
        network.run()
        #expect(client.delivered == messages.map(\.submission))
        for message in messages { client.acknowledge(message) }
        network.run()
        #expect(set.map(\.store.messages) == [0, 0, 0])
    }

    @Test("removed at one member, a message is gone from all, and comes back at none")
    func removalSpreads() {
        let recipient = TestNetwork.user(8)
        let set = network.set(of: recipient.id)
        let sender = stranger(at: set[0])
        let message = TestMessage(to: recipient.id)
        sender.submit(message.submission)
        network.run()
        let client = network.client(recipient, at: set[1])
        client.acknowledge(message)
        network.run()
        #expect(client.removed == [Removed(id: message.submission.id, status: .accepted)])
        #expect(set.map(\.store.messages) == [0, 0, 0])
        for host in set {
            let again = stranger(at: host)
            again.submit(message.submission)
            network.run()
            #expect(again.submitted.map(\.status) == [.removedBefore])
            #expect(again.receipts.allSatisfy { $0.entries.map(\.kind) == [.removed] })
        }
        #expect(set.map(\.store.messages) == [0, 0, 0])
    }

    @Test("the same submission twice, through other members: accepted twice, held once by each")
    func repetition() {
        let recipient = TestNetwork.user(9)
        let set = network.set(of: recipient.id)
        let message = TestMessage(to: recipient.id).submission
        for (host, status) in zip(set, [DeliveryStatus.accepted, .alreadyHeld, .alreadyHeld]) {
            let sender = stranger(at: host)
            sender.submit(message)
            network.run()
            #expect(sender.submitted.map(\.status) == [status])
            #expect(Set(sender.receipts.map(\.commit.node)).count == 3)
        }
        #expect(set.map(\.store.messages) == [1, 1, 1])
    }
}

@Suite("How many members it takes")
struct QuorumTests {
    @Test("a founder alone accepts with one copy, two nodes with two, three of five with two")
    func growing() {
        for (nodes, needed) in [(1, 1), (2, 2), (3, 2), (5, 2)] {
            let network = TestNetwork.laboratory(nodes: nodes)
            let sender = network.client(.generate(), at: network.hosts[0], guest: true)
            sender.submit(TestMessage(to: TestNetwork.user(1).id).submission)
            network.run()
            #expect(sender.submitted.map(\.status) == [.accepted])
            #expect(sender.submitted.map { Int($0.needed) } == [needed])
            #expect(network.hosts[0].engine.status.neededCopies == needed)
            #expect(network.hosts[0].engine.status.missing.isEmpty)
        }
    }

    @Test("a node cut off from the others refuses by name, stores nothing, says who is missing, and accepts again")
    func cutOff() {
        let network = TestNetwork.laboratory(nodes: 3)
        let alone = network.hosts[1]
        let sender = network.client(.generate(), at: alone, guest: true)
        let message = TestMessage(to: TestNetwork.user(1).id).submission
        for other in [network.hosts[0], network.hosts[2]] { network.crash(other) }
        for wait: UInt64 in [10, 20_000] {
            network.run(milliseconds: wait)
            sender.submit(message)
            network.run()
            #expect(sender.submitted.last?.status == .tooFewMembers)
            #expect(alone.store.messages == 0)
        }
        #expect(Set(alone.engine.status.missing) == [network.hosts[0].node, network.hosts[2].node])
        #expect(!alone.engine.status.canAccept)
        network.hosts[0].restart(now: network.now)
        network.handle(.start, at: network.hosts[0])
        network.run(milliseconds: 60_000)
        #expect(alone.engine.status.canAccept)
        sender.submit(message)
        network.run()
        #expect(sender.submitted.last?.status == .accepted)
        #expect(alone.store.messages == 1 && network.hosts[0].store.messages == 1)
    }

    @Test("a node that left doesn't count: the last one accepts alone")
    func left() {
        let network = TestNetwork.laboratory(nodes: 2)
        network.handle(.stop(.leave), at: network.hosts[1])
        network.run(milliseconds: 500)
        network.crash(network.hosts[1])
        let sender = network.client(.generate(), at: network.hosts[0], guest: true)
        sender.submit(TestMessage(to: TestNetwork.user(1).id).submission)
        network.run()
        #expect(sender.submitted.map(\.status) == [.accepted])
        #expect(sender.submitted.map(\.needed) == [1])
    }
}
