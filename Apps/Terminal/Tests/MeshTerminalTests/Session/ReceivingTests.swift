import MeshChat
import MeshChatStore
import MeshClientCore
import MeshCrypto
import MeshWire
import Testing

@testable import MeshTerminal

@Suite("Receiving")
struct ReceivingTests {
    let network = FakeNetwork()
    let anna: Person
    let ben: Person

    init() throws {
        anna = try Person(on: network)
        ben = try Person(on: network)
    }

    private func seal(
        _ body: [UInt8], to recipient: UserID, from sender: UserIdentity? = nil, network id: NetworkID? = nil
    ) throws -> (SealedEnvelope, Submission) {
        let sealed = try Envelope.seal(
            body: body, from: sender ?? anna.home.identity, to: recipient, network: id ?? network.id,
            sentAtMilliseconds: WallClock.nowMilliseconds)
        return (sealed, try submission(sealed.bytes, sealed, to: recipient))
    }

    private func submission(_ bytes: [UInt8], _ sealed: SealedEnvelope, to recipient: UserID) throws -> Submission {
        try Submission(
            recipient: recipient, expirySeconds: UInt32(WallClock.nowMilliseconds / 1_000) + 1_000,
            acknowledgementHash: sealed.acknowledgementHash, recallHash: sealed.recallHash, envelope: bytes)
    }

    private func text(_ words: String, counter: UInt64 = 1) throws -> [UInt8] {
        try ChatMessage(.text(words), order: MessageOrder(epoch: 7, counter: counter, previous: nil)).encoded
    }

    @Test("what was queued is printed once, acknowledged by its secret, and gone from the network")
    func fetched() async throws {
        _ = try await anna.send("one", to: ben)
        _ = try await anna.send("two", to: ben)
        try await ben.receive()
        #expect(ben.console.lines.count == 2)
        #expect(network.queue.isEmpty)
        try await ben.receive()
        #expect(ben.console.lines.count == 2)
    }

    @Test("a message comes in again after a kill before the acknowledgement: it is shown once and acknowledged")
    func again() async throws {
        _ = try await anna.send("one", to: ben)
        let kept = network.queue
        try await ben.receive()
        for submission in kept { network.put(submission) }
        try await ben.receive()
        #expect(ben.console.lines.count == 1)
        #expect(network.queue.isEmpty)
    }

    @Test("a kill between the record and the print: the next receive prints it first, before it connects")
    func unprinted() async throws {
        _ = try await anna.send("one", to: ben)
        ben.console.setBroken(true)
        await #expect(throws: TerminalFailure.self) { try await ben.receive() }
        #expect(network.queue.isEmpty, "it was recorded, so it was acknowledged")
        ben.console.setBroken(false)
        network.setReachable(false)
        await #expect(throws: TerminalFailure.self) { try await ben.receive() }
        #expect(ben.console.lines.count == 1)
        network.setReachable(true)
        try await ben.receive()
        #expect(ben.console.lines.count == 1)
    }

    @Test("no node in reach ends with 75")
    func unreachable() async throws {
        network.setReachable(false)
        let error = await #expect(throws: TerminalFailure.self) { try await ben.receive() }
        #expect(error?.status == .tryAgain)
    }

    @Test("a flipped bit is thrown away by the recipient's signature, and said; nothing is shown")
    func flipped() async throws {
        let (sealed, _) = try seal(try text("genuine"), to: ben.id)
        var bytes = sealed.bytes
        bytes[200] ^= 1
        network.put(try submission(bytes, sealed, to: ben.id))
        try await ben.receive()
        #expect(ben.console.results.isEmpty)
        #expect(ben.console.hints.contains("thrown away"))
        #expect(network.queue.isEmpty)
    }

    @Test("a message for a third person that was sealed again for this one is thrown away")
    func resealed() async throws {
        // Carol opens Anna's message and puts the body into an envelope that claims Anna, sealed for Ben: only with her
        // own signature, so it is hers and not Anna's; and Anna's own envelope doesn't open for Ben.
        let carol = UserIdentity.generate()
        let (sealed, _) = try seal(try text("for Carol"), to: carol.id)
        network.put(try submission(sealed.bytes, sealed, to: ben.id))
        let (_, own) = try seal(try text("for Carol"), to: ben.id, from: carol)
        network.put(own)
        try await ben.receive()
        #expect(ben.console.lines.count == 1)
        #expect(ben.console.results.contains("\"from\":\"\(carol.id)\",\"contact\":null"))
        #expect(ben.console.hints.contains("thrown away"))
    }

    @Test("a message of another network is thrown away")
    func foreignNetwork() async throws {
        network.put(try seal(try text("x"), to: ben.id, network: NetworkID(.random())).1)
        try await ben.receive()
        #expect(ben.console.results.isEmpty)
        #expect(network.queue.isEmpty)
    }

    @Test("what is no chat message is named on standard error and acknowledged")
    func undecodable() async throws {
        network.put(try seal([1, 2, 3], to: ben.id).1)
        try await ben.receive()
        #expect(ben.console.results.isEmpty)
        #expect(ben.console.hints.contains("can't be shown"))
        #expect(network.queue.isEmpty)
    }

    @Test("a text that comes as ephemeral is not recorded; a typing sign is told")
    func ephemeral() async throws {
        let session = ben.session
        try session.start(.follow)
        _ = try await session.turn(until: WallClock.nowMilliseconds + 100)
        let client = try #require(session.client as? FakeClient)
        client.deliver(try seal(try text("sneaky"), to: ben.id).1, isEphemeral: true)
        client.deliver(try seal(try ChatMessage(.typing, order: nil).encoded, to: ben.id).1, isEphemeral: true)
        _ = try await session.turn(until: WallClock.nowMilliseconds + 100)
        #expect(session.typing.map(\.sender) == [anna.id])
        #expect(network.answers.isEmpty)
        #expect(try ben.home.account.store.history(with: anna.id, limit: 10).isEmpty)
        await session.stop()
    }

    @Test("a stranger's message gets no receipt, a contact's does")
    func receipts() async throws {
        _ = try await anna.send("one", to: ben)
        try await ben.receive()
        #expect(network.queue.isEmpty)
        try ben.home.account.store.addContact(anna.id, name: "Anna", now: 1)
        _ = try await anna.send("two", to: ben)
        try await ben.receive()
        #expect(network.queue.map(\.recipient) == [anna.id])
        try await anna.receive()
        #expect(anna.console.results.contains("\"event\":\"delivered\""))
    }

    @Test("a newer client of the identity ends the run with a named error, and it doesn't come back")
    func replaced() async throws {
        let session = ben.session
        let printer = FeedPrinter(store: ben.home.account.store, console: ben.console.console, json: true)
        let run = ReceiveRun(session: session, printer: printer) {}
        session.mailbox.post(.network(.ended(.replaced(by: network.node))))
        let result = await run.result(follow: true, until: .max)
        let error = #expect(throws: TerminalFailure.self) { try result.get() }
        #expect(error?.status == .unavailable)
        #expect(error?.message.contains("another program") == true)
    }

    @Test("a signal ends following in order, without an error")
    func stopped() async throws {
        let session = ben.session
        let printer = FeedPrinter(store: ben.home.account.store, console: ben.console.console, json: true)
        session.mailbox.post(.stop(15))
        let result = await ReceiveRun(session: session, printer: printer) {}.result(follow: true, until: .max)
        #expect(throws: Never.self) { try result.get() }
    }
}
