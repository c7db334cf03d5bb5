import MeshChat
import MeshChatStore
import MeshClientCore
import MeshCrypto
import MeshWire
import Testing

@testable import MeshTerminal

@Suite("Proofs")
struct CustodyTests {
    let network = FakeNetwork()
    let anna: Person
    let ben: Person

    init() throws {
        anna = try Person(on: network)
        ben = try Person(on: network)
    }

    /// What Anna's `mesh trace` would show.
    func trace(_ id: InnerID) throws -> TraceText {
        try TraceText(OwnMessage.find("\(id)", in: anna.home.account.store), anna.home.account)
    }

    @Test("the recipient's proof comes back with the receipt, and waiting for delivery ends with 0 by it alone")
    func proven() async throws {
        try ben.home.account.store.addContact(anna.id, name: "Anna", now: 1)
        let early = try await anna.send("hello", to: ben, goal: .delivered, milliseconds: 200)
        #expect(early.failure?.status == .tryAgain)
        #expect(!early.state.isProven)
        try await ben.receive()
        try await anna.receive()
        let traces = try anna.home.account.store.traces(of: early.sent.id, to: ben.id)
        let proof = try #require(traces.first?.proof)
        #expect(traces.first?.provenAtMilliseconds != nil && traces.first?.deliveredAtMilliseconds != nil)
        #expect(network.submitted.count == 2)
        let text = try trace(early.sent.id)
        #expect(text.plain.contains("opened"))
        #expect(text.json.text.contains("\"openedProof\":\"secret\""))
        #expect(!text.json.text.contains("\(proof.bytes)"))
    }

    @Test("strangers are told nothing: the trace says what the recipient keeps to himself")
    func stranger() async throws {
        let sent = try await anna.send("hello", to: ben)
        try await ben.receive()
        try await anna.receive()
        let text = try trace(sent.sent.id)
        #expect(text.json.text.contains("\"untold\":[\"delivered\",\"opened\",\"read\"]"))
        #expect(text.plain.contains("untold"))
    }

    @Test("a recall of what nobody fetched ends well; of what was opened it doesn't, with 69")
    func recall() async throws {
        let sent = try await anna.send("hello", to: ben)
        let run = RecallRun(context: anna.context, account: anna.home.account)
        let message = try OwnMessage.find("\(sent.sent.id)", in: anna.home.account.store)
        let first = try await run.recall(message, until: WallClock.nowMilliseconds + 1_000)
        #expect(first.isRecalled && first.failure == nil)
        #expect(network.queue.isEmpty)
        try await ben.receive()
        #expect(ben.console.lines.isEmpty)
        let second = try await run.recall(message, until: WallClock.nowMilliseconds + 1_000)
        #expect(!second.isRecalled)
        #expect(second.failure?.status == .unavailable)
        let kinds = try anna.home.account.store.traces(of: sent.sent.id, to: ben.id)[0].receipts.map(\.entries[0].kind)
        #expect(kinds == [.recalled, .removed])
    }

    @Test("an id that isn't one, and one that nobody sent, are named errors")
    func unknown() throws {
        let store = anna.home.account.store
        #expect(throws: TerminalFailure.self) { _ = try OwnMessage.find("xyz", in: store) }
        #expect(throws: TerminalFailure.self) { _ = try OwnMessage.find("\(InnerID.random())", in: store) }
    }

    @Test("asked to hold more than the network keeps, or more than have signed, it says so by code")
    func hold() async throws {
        network.answer { _ in .success(Custody(held: 2, replicas: 3)) }
        let cases: [(UInt8, MeshTerminal.ExitStatus?)] = [(2, nil), (3, .tryAgain), (4, .unavailable)]
        for (hold, status) in cases {
            let run = SendRun(
                context: anna.context, account: anna.home.account, to: ben.id, goal: .accepted, hold: hold)
            let report = try await run.send("hello", until: WallClock.nowMilliseconds + 300)
            #expect(report.failure?.status == status)
            #expect(report.line.hasPrefix("accepted, held by 2 of 3"))
        }
    }
}
