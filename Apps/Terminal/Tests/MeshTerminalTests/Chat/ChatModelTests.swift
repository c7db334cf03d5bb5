import MeshChat
import MeshChatStore
import MeshCrypto
import Testing

@testable import MeshTerminal

@Suite("The chat's model and view")
struct ChatModelTests {
    let ben = UserIdentity.generate().id
    let now: UInt64 = 1_800_000_000_000

    private func model(isInteractive: Bool = true) -> ChatModel {
        var model = ChatModel(isInteractive: isInteractive)
        _ = model.update(.opened(ben, name: "Ben", []), now: now)
        _ = model.update(.connection(true), now: now)
        return model
    }

    private func type(_ text: String, into model: inout ChatModel, at now: UInt64? = nil) -> [ChatModel.Effect] {
        model.update(.bytes(Array(text.utf8)), now: now ?? self.now)
    }

    private func own(_ text: String, _ id: InnerID, _ state: OwnMessageState) throws -> HistoryEntry {
        let store = try ChatStore.inMemory(key: .generate())
        let sent = try store.sendText(text, to: ben, now: now) { draft in
            OutgoingSubmission(
                id: SubmissionID(.random()), recipient: draft.recipient, innerID: id, expirySeconds: 0, flags: 0,
                acknowledgementHash: ProofSecret.random().hash, recallHash: ProofSecret.random().hash,
                recallSecret: .random(), envelope: [1])
        }
        return try #require(sent.entry)
    }

    @Test("a line that is finished goes to whom the prompt names")
    func sending() {
        var model = model()
        let effects = type("h\u{E9}llo\r", into: &model)
        #expect(effects.last == .send("h\u{E9}llo", to: ben))
        #expect(model.editor.text.isEmpty)
    }

    @Test("without somebody to talk to nothing is sent, and the way is said")
    func nobody() {
        var model = ChatModel(isInteractive: true)
        guard case .print(let lines) = type("hello\r", into: &model).last else { Issue.record("silence"); return }
        #expect(lines.joined().contains("/to NAME"))
    }

    @Test("typing is said at the first key and every five seconds, not for commands")
    func typing() {
        var model = model()
        #expect(type("a", into: &model) == [.sayTyping(ben)])
        #expect(type("b", into: &model, at: now + 4_999) == [])
        #expect(type("c", into: &model, at: now + 5_000) == [.sayTyping(ben)])
        _ = type("\u{15}", into: &model, at: now + 20_000)
        #expect(type("/help", into: &model, at: now + 20_001) == [])
    }

    @Test(
        "commands are effects, unknown ones are named, and two slashes are a text",
        arguments: [
            ("/contacts", .listContacts), ("/nodes", .listNodes), ("/id", .showID), ("/quit", .quit),
            ("/to  Carol C", .open("Carol C")),
        ] as [(String, ChatModel.Effect)])
    func commands(_ line: String, _ effect: ChatModel.Effect) {
        var model = model()
        #expect(type(line + "\r", into: &model) == [effect])
    }

    @Test("what looks like a command and is none is not sent")
    func unknown() {
        var model = model()
        guard case .print = type("/qiut\r", into: &model).last else { Issue.record("not named"); return }
        #expect(type("//path\r", into: &model).last == .send("/path", to: ben))
        #expect(type("  \r", into: &model).contains { if case .send = $0 { true } else { false } } == false)
    }

    @Test("the prompt says where the last message is, step by step")
    func states() throws {
        var model = model()
        let id = InnerID.random()
        _ = model.update(.sent(try own("hello", id, .queued)), now: now)
        #expect(ChatView.prompt(model, columns: 80).beforeCursor == "Ben \u{2026}> ")
        for (state, text) in [
            (OwnMessageState.accepted, "Ben \u{2713}> "), (.delivered, "Ben \u{2713}\u{2713}> "),
            (.read, "Ben \u{2713}\u{2713} read> "),
        ] {
            _ = model.update(.progress(ben, id, state), now: now)
            #expect(ChatView.prompt(model, columns: 80).beforeCursor == text)
        }
    }

    @Test("who writes stands in the prompt, and goes after seven seconds")
    func writing() {
        var model = model()
        _ = model.update(.typing(ben, name: "Ben", sentAtMilliseconds: now), now: now)
        #expect(ChatView.prompt(model, columns: 80).beforeCursor == "Ben (Ben is typing)> ")
        #expect(model.deadline == now + ChatLimits.typingShownMilliseconds)
        _ = model.update(.tick, now: now + ChatLimits.typingShownMilliseconds)
        #expect(ChatView.prompt(model, columns: 80).beforeCursor == "Ben> ")
    }

    @Test("a narrow screen gets a short prompt, and the part of the line around the cursor")
    func narrow() {
        var model = model()
        _ = model.update(.typing(ben, name: "Ben", sentAtMilliseconds: now), now: now)
        _ = type("0123456789abcdefghij", into: &model)
        let prompt = ChatView.prompt(model, columns: 20)
        #expect(prompt.beforeCursor.hasPrefix("Ben> \u{2026}"))
        #expect(prompt.beforeCursor.hasSuffix("hij"))
        #expect(CellWidth.of(prompt.beforeCursor) < 20)
        _ = type("\u{01}", into: &model)
        let start = ChatView.prompt(model, columns: 20)
        #expect(start.beforeCursor == "Ben> ")
        #expect(start.afterCursor.hasPrefix("0123"))
    }

    @Test("without a link the prompt says so")
    func offline() {
        var model = model()
        _ = model.update(.connection(false), now: now)
        #expect(ChatView.prompt(model, columns: 80).beforeCursor == "Ben (offline)> ")
    }

    @Test("a pipe's lines are sent, states are lines, and its end leaves")
    func pipe() throws {
        var model = model(isInteractive: false)
        #expect(model.update(.line("hello"), now: now) == [.send("hello", to: ben)])
        let id = InnerID.random()
        _ = model.update(.sent(try own("hello", id, .queued)), now: now)
        #expect(model.update(.progress(ben, id, .accepted), now: now) == [.print(["\u{2713} accepted: hello"])])
        #expect(model.update(.endOfInput, now: now) == [.quit])
    }

    @Test("what is shown is read, up to its position")
    func reading() throws {
        let network = FakeNetwork()
        let (anna, other) = (try Person(on: network), try Person(on: network))
        let account = anna.home.account
        let message = IncomingMessage(
            sender: other.id, id: .random(), sentAtMilliseconds: now,
            body: try ChatMessage(.text("hi"), order: MessageOrder(epoch: 1, counter: 1, previous: nil)).encoded)
        let entry = try #require(try account.store.receive([message], now: now).changes.shown.first)
        var model = model()
        let effects = model.update(.shown(entry, name: "Carol"), now: now)
        #expect(effects.last == .markRead(other.id, upTo: 1))
        guard case .print(let lines) = effects.first else { Issue.record("not shown"); return }
        #expect(lines[0].hasSuffix(" Carol: hi"))
    }
}
