import MeshChat
import MeshChatStore
import MeshClientCore
import MeshCrypto
import MeshWire
import Testing

@testable import MeshTerminal

@Suite("Sending")
struct SendingTests {
    let network = FakeNetwork()
    let anna: Person
    let ben: Person

    init() throws {
        anna = try Person(on: network)
        ben = try Person(on: network)
    }

    @Test("a text that is accepted is in nobody's outbox, and the report says who holds it")
    func accepted() async throws {
        let report = try await anna.send("hello", to: ben)
        #expect(report.failure == nil)
        #expect(report.state.own == .accepted)
        #expect(report.state.custody == Custody(held: 1, replicas: 1))
        #expect(try anna.home.account.store.outboxItems().isEmpty)
        #expect(network.queue.map(\.recipient) == [ben.id])
    }

    @Test(
        "what times out stays in the outbox, ends with 75, and goes out first with the next text, with the same bytes")
    func timedOut() async throws {
        network.answer { [node = network.node] _ in .failure(.deferred(.unreachable, by: node, attempts: 5)) }
        let first = try await anna.send("one", to: ben, milliseconds: 300)
        #expect(first.failure?.status == .tryAgain)
        #expect(first.failure?.message.contains("\(DeliveryStatus.unreachable)") == true)
        #expect(try anna.home.account.store.outboxItems().map(\.innerID) == [first.sent.id])
        let kept = try #require(network.submitted.first)

        network.answer { _ in .success(Custody(held: 1, replicas: 1)) }
        let second = try await anna.send("two", to: ben)
        #expect(second.failure == nil)
        #expect(network.queue.map(\.id) == [kept, second.sent.item.id])
        #expect(try anna.home.account.store.outboxItems().isEmpty)
    }

    @Test("a refusal for good ends with 69 and its reason, and isn't tried again")
    func refused() async throws {
        network.answer { [node = network.node] _ in .failure(.refused(.unknownFlags, by: node)) }
        let report = try await anna.send("hello", to: ben)
        #expect(report.state.own == .failed)
        #expect(report.failure?.status == .unavailable)
        #expect(report.failure?.message.contains("flags") == true)
        #expect(try anna.home.account.store.outboxItems().isEmpty)
        #expect(network.submitted.count == 1)
    }

    @Test("without a network that is known nothing is kept, and the error says so")
    func unknownNetwork() async throws {
        network.setReachable(false)
        await #expect(throws: TerminalFailure.networkUnknown) {
            _ = try await anna.send("hello", to: ben, milliseconds: 100)
        }
        #expect(try anna.home.account.store.history(with: ben.id, limit: 10).isEmpty)
    }

    @Test("a text over the limit is a named error with both sizes, and nothing is kept")
    func tooLong() async throws {
        let text = String(repeating: "a", count: ChatLimits.textBytes + 1)
        let error = await #expect(throws: ChatSendError.self) { _ = try await anna.send(text, to: ben) }
        #expect("\(try #require(error))".contains("60001 bytes; 60000"))
        #expect(network.submitted.isEmpty)
    }

    @Test("while another process holds the outbox, nothing is submitted; once it lets go, everything is")
    func outboxHeld() async throws {
        let store = anna.home.account.store
        let lock = try HomeLock.acquire(.outbox, in: anna.home.home.path, timeoutMilliseconds: 0)
        let report = try await anna.send("hello", to: ben, milliseconds: 300)
        #expect(report.failure?.status == .tryAgain)
        #expect(network.submitted.isEmpty)
        #expect(try store.outboxItems().count == 1)
        withExtendedLifetime(lock) {}
    }

    @Test("the own profile follows the first text to a contact, and no text to a stranger")
    func profile() async throws {
        let store = anna.home.account.store
        try store.setProfile(try Profile(name: "Anna"))
        _ = try await anna.send("to a stranger", to: ben)
        #expect(network.queue.count == 1)
        try store.addContact(ben.id, name: "Ben", now: 1)
        _ = try await anna.send("to a contact", to: ben)
        _ = try await anna.send("again", to: ben)
        #expect(network.queue.count == 4)
    }

    @Test("five processes that send at once leave every text in the network once, in the order of the counters")
    func together() async throws {
        let network = network
        let (home, to) = (anna.home, ben.id)
        let accounts = try (0..<5).map { _ in try home.reopened() }
        let contexts = accounts.map { _ in anna.context }
        for index in 0..<5 {
            let run = SendRun(context: contexts[index], account: accounts[index], to: to, goal: .accepted)
            let report = try await run.send("text \(index)", until: WallClock.nowMilliseconds + 5_000)
            #expect(report.failure == nil)
        }
        #expect(Set(network.queue.map(\.id)).count == 5)
        try await ben.receive()
        #expect(ben.console.lines.count == 5)
        for (index, line) in ben.console.lines.enumerated() { #expect(line.contains("\"text \(index)\"")) }
    }

    @Test("waiting for delivery ends with 0 once the recipient's receipt is here, and with 75 without it")
    func delivered() async throws {
        try ben.home.account.store.addContact(anna.id, name: "Anna", now: 1)
        let early = try await anna.send("hello", to: ben, goal: .delivered, milliseconds: 200)
        #expect(early.state.own == .accepted)
        #expect(early.failure?.status == .tryAgain)

        try await ben.receive()
        let late = try await anna.send("again", to: ben, goal: .delivered, milliseconds: 200)
        #expect(late.failure?.status == .tryAgain)
        // Ben's receipt for the first came in meanwhile.
        let first = try anna.home.account.store.ownMessage(early.sent.id, to: ben.id)
        guard case .own(_, .delivered, _) = first?.content else {
            Issue.record("the first text is not delivered: \(String(describing: first))")
            return
        }
    }
}
