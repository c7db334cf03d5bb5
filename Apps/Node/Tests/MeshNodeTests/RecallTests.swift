import MeshCrypto
import MeshNode
import MeshRing
import MeshWire
import Testing

@Suite("Recalls, and what a queue's owner may ask")
struct RecallTests {
    let network = TestNetwork.laboratory(nodes: 4)
    let recipient = TestNetwork.user(1)
    var set: [TestHost] { network.set(of: recipient.id) }

    private func queued(_ count: Int) -> [TestMessage] {
        let sender = network.client(.generate(), at: set[0], guest: true)
        let messages = (0..<count).map { TestMessage(to: recipient.id, number: $0) }
        for (number, message) in messages.enumerated() {
            sender.submit(message.submission)
            // As many as the node's credit admits at once.
            if number % 200 == 199 { network.run() }
        }
        network.run()
        return messages
    }

    private func recall(_ message: TestMessage) -> [TestClient] {
        let senders = set.map { network.client(.generate(), at: $0, guest: true) }
        for sender in senders { sender.recall(message) }
        network.run()
        return senders
    }

    private func kinds(_ senders: [TestClient], _ message: TestMessage) -> [CustodyEntry.Kind?] {
        senders.map { sender in
            let valid = sender.receipts.filter { $0.isValid(in: network.hosts[0].parameters.id) }
            return valid.flatMap(\.entries).first { $0.id == message.submission.id }?.kind
        }
    }

    @Test("what nobody fetched is gone everywhere, and each member says so under its signature")
    func recalled() {
        let message = queued(1)[0]
        let senders = recall(message)
        #expect(senders.map { $0.recalled.map(\.status) } == [[.accepted], [.accepted], [.accepted]])
        #expect(kinds(senders, message) == [.recalled, .recalled, .recalled])
        #expect(Set(senders.flatMap(\.receipts).map(\.commit.node)) == Set(set.map(\.node)))
        #expect(set.map(\.store.messages) == [0, 0, 0])
        #expect(kinds(recall(message), message) == [.recalled, .recalled, .recalled])
    }

    @Test("what one member gave to the recipient, read from its queue or sent at once, it says so; the others didn't")
    func handedOut() {
        let client = network.client(recipient, at: set[1])
        client.fetch(.follow)
        let messages = queued(1)
        #expect(client.delivered == messages.map(\.submission))
        let senders = recall(messages[0])
        #expect(kinds(senders, messages[0]) == [.recalled, .handedOut, .recalled])
        let late = TestMessage(to: recipient.id, number: 77)
        let sender = network.client(.generate(), at: set[2], guest: true)
        sender.submit(late.submission)
        network.run()
        let other = network.client(recipient, at: set[2])
        other.fetch(.queued)
        network.run()
        #expect(kinds(recall(late), late) == [.recalled, .handedOut, .handedOut])
    }

    @Test("a message that was held before and comes again while its recipient is there counts as handed out")
    func handedOutAgain() {
        let message = queued(1)[0]
        let client = network.client(recipient, at: set[0])
        client.fetch(.follow)
        network.run()
        let sender = network.client(.generate(), at: set[1], guest: true)
        sender.submit(message.submission)
        network.run()
        #expect(client.delivered == [message.submission])
        #expect(kinds(recall(message), message) == [.handedOut, .recalled, .recalled])
    }

    @Test("what was acknowledged before was removed by its recipient, and the receipt says so")
    func tooLate() {
        let message = queued(1)[0]
        let client = network.client(recipient, at: set[0])
        client.acknowledge(message)
        network.run()
        let senders = recall(message)
        #expect(senders.map { $0.recalled.map(\.status) } == [[.removedBefore], [.removedBefore], [.removedBefore]])
        #expect(kinds(senders, message) == [.removed, .removed, .removed])
    }

    @Test("recalled before it comes, a message is not held and isn't taken afterwards")
    func before() {
        let message = TestMessage(to: recipient.id)
        let senders = recall(message)
        #expect(senders.map { $0.recalled.map(\.status) } == [[.notHeld], [.notHeld], [.notHeld]])
        #expect(senders.allSatisfy { $0.receipts.isEmpty })
        let sender = network.client(.generate(), at: set[0], guest: true)
        sender.submit(message.submission)
        network.run()
        #expect(sender.submitted.map(\.status) == [.removedBefore])
    }

    @Test("another secret recalls nothing")
    func wrongSecret() {
        let message = queued(1)[0]
        let sender = network.client(.generate(), at: set[0], guest: true)
        let wrong = DisclosedSecret(recalling: message.submission.header, secret: ProofSecret(Bytes16()))
        sender.send(.recall(Recall(request: 1, recipient: recipient.id, secret: wrong)))
        network.run()
        #expect(sender.recalled.map(\.status) == [.notHeld])
        #expect(set.map(\.store.messages) == [1, 1, 1])
    }

    @Test("removals of what was never sent are bounded")
    func strayRemovals() {
        let client = network.client(recipient, at: set[0])
        for number in 0..<2_000 { client.acknowledge(TestMessage(to: recipient.id, number: number)) }
        network.run()
        #expect(client.removed.count == 2_000)
        let refused = client.removed.count { $0.status == .rateLimited }
        #expect((800...1_000).contains(refused))
        #expect(!client.isClosed)
    }

    @Test("the owner lists its queue at every member, page by page, and nobody else does")
    func contents() {
        let messages = queued(600)
        for host in set {
            let client = network.client(recipient, at: host)
            client.send(.contents(Contents(request: 4, after: 0)))
            network.run()
            #expect(client.contents.first?.ids == messages.prefix(512).map(\.submission.id))
            #expect(client.contents.first?.more == true)
            client.send(.contents(Contents(request: 5, after: client.contents.first?.last ?? 0)))
            network.run()
            #expect(client.contents.last?.ids == messages.suffix(88).map(\.submission.id))
            #expect(client.contents.last?.more == false)
        }
        let guest = network.client(.generate(), at: set[0], guest: true)
        guest.send(.contents(Contents(request: 4, after: 0)))
        network.run()
        #expect(guest.isClosed && guest.contents.isEmpty)
    }

    @Test("messages asked for by id come, those that aren't held don't, and the last word says how many")
    func fetchThese() {
        let messages = queued(20)
        let client = network.client(recipient, at: set[1])
        let wanted = [messages[7], messages[3], TestMessage(to: recipient.id, number: 99), messages[19]]
        client.send(.fetchThese(IDRequest(request: 8, ids: wanted.map(\.submission.id))))
        network.run()
        #expect(client.delivered == [messages[7], messages[3], messages[19]].map(\.submission))
        #expect(client.fetched == [Fetched(request: 8, status: .accepted, delivered: 3)])
        client.send(.fetchThese(IDRequest(request: 9, ids: [messages[3].submission.id])))
        network.run()
        #expect(client.fetched.last == Fetched(request: 9, status: .accepted, delivered: 1))
        let other = network.client(.generate(), at: set[1])
        other.send(.fetchThese(IDRequest(request: 8, ids: wanted.map(\.submission.id))))
        network.run()
        #expect(other.delivered.isEmpty)
    }

    @Test("the member that took the message has the receipts of all three, and gives them to who names it")
    func receiptsOf() {
        let messages = queued(30)
        let client = network.client(recipient, at: set[0])
        let id = messages[17].submission.id
        client.send(.receiptsOf(IDRequest(request: 3, ids: [id])))
        network.run()
        #expect(Set(client.receipts.map(\.commit.node)) == Set(set.map(\.node)))
        #expect(client.receipts.allSatisfy { $0.entries == [CustodyEntry(.stored, id)] })
        #expect(client.receipts.allSatisfy { $0.isValid(in: network.hosts[0].parameters.id) })
        #expect(client.fetched == [Fetched(request: 3, status: .accepted, delivered: 3)])
    }
}
