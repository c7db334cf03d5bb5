import MeshChat
import MeshChatStore
import MeshClientCore
import MeshCrypto
import MeshWire

/// The shell around ``ChatModel``: carries out its effects, and tells it what happens.
final class ChatRun {
    /// How much of a conversation is shown when it is opened.
    static let historyEntries = 20
    /// How long an orderly end may take, in milliseconds.
    static let farewellMilliseconds: UInt64 = 2_000
    /// How long what a pipe brought is waited for at its end, in milliseconds.
    static let pipeMilliseconds: UInt64 = 30_000
    /// How long "is writing" may be under way, in seconds: nobody wants to know it later.
    static let typingSeconds: UInt32 = 60

    let session: Session
    private let context: CommandContext
    private let screen: ChatScreen
    private var model: ChatModel
    private var lines = LineSplitter()
    /// What is on the screen, by person, and not marked as read yet.
    private var reads: [UserID: UInt64] = [:]
    private var isOver = false
    private var ranOut = false

    init(_ session: Session, _ context: CommandContext, _ screen: ChatScreen) {
        self.session = session
        self.context = context
        self.screen = screen
        model = ChatModel(isInteractive: screen.isInteractive)
    }

    private var store: ChatStore { session.store }

    /// Runs until somebody leaves.
    func run(with contact: String?) async throws {
        try session.start(.follow)
        if let contact { try await carryOut([.open(contact)]) } else { try await begin() }
        Keyboard.start(session.mailbox)
        while !isOver {
            try await showFeed()
            try markReads()
            try screen.draw(ChatView.prompt(model, columns: screen.columns))
            try await turn(until: model.deadline ?? .max)
        }
        try await farewell()
    }

    private func begin() async throws {
        try await carryOut([.listContacts])
        try await tell(.note(["Choose with /to NAME; /help lists what else there is."]))
    }

    private func turn(until deadline: UInt64) async throws {
        let events = try await session.turn(until: deadline)
        if case .replaced(let node) = session.end { throw TerminalFailure.replaced(by: "\(node)") }
        for event in events {
            switch event {
            case .stop: isOver = true
            case .input(let bytes): try await take(bytes)
            case .network, .submitted: break
            }
        }
        try await tellNews()
    }

    private func take(_ bytes: [UInt8]) async throws {
        if screen.isInteractive {
            try await tell(bytes.isEmpty ? .endOfInput : .bytes(bytes))
            return
        }
        for line in lines.take(bytes) { try await tell(.line(line)) }
        if bytes.isEmpty {
            ranOut = true
            try await tell(.endOfInput)
        }
    }

    /// What the session came to know.
    private func tellNews() async throws {
        if model.isConnected != session.isConnected { try await tell(.connection(session.isConnected)) }
        for moved in session.progress { try await tell(.progress(moved.peer, moved.id, moved.state)) }
        session.progress = []
        for (id, reason) in session.givenUp { try await tell(.givenUp(id, "\(reason)")) }
        session.givenUp = []
        for sign in session.typing {
            guard let person = try store.person(sign.sender), person.contact != nil else { continue }
            let name = PersonName.text(person, id: sign.sender)
            try await tell(.typing(sign.sender, name: name, sentAtMilliseconds: sign.sentAtMilliseconds))
        }
        session.typing = []
        try await tell(.tick)
        let words = context.words(session)
        if !words.isEmpty { try await tell(.note(words.map { "* \($0)" })) }
    }

    /// Everything that isn't on the screen yet.
    private func showFeed() async throws {
        while true {
            let items = try store.unprinted(limit: FeedPrinter.batch)
            guard !items.isEmpty else { return }
            for item in items where item.event == .shown {
                let name = PersonName.text(try store.person(item.entry.peer), id: item.entry.peer)
                try await tell(.shown(item.entry, name: name))
            }
            try store.markPrinted(items.map(\.id))
        }
    }

    /// One write for all that was shown together.
    private func markReads() throws {
        for (peer, position) in reads {
            session.noteDeadline(try store.markRead(peer, upTo: position, now: session.now))
        }
        reads = [:]
    }

    private func tell(_ event: ChatModel.Event) async throws {
        try await carryOut(model.update(event, now: session.now))
    }

    private func carryOut(_ effects: [ChatModel.Effect]) async throws {
        for effect in effects { try await carryOut(effect) }
    }

    private func carryOut(_ effect: ChatModel.Effect) async throws {
        switch effect {
        case .print(let lines): try screen.write(lines)
        case .send(let text, let peer): try await send(text, to: peer)
        case .open(let name): try await open(name)
        case .listContacts: try await tell(.note(try store.contacts().map(ContactListCommand.line)))
        case .listNodes: try await listNodes()
        case .showID: try await tell(.note(["\(session.account.identity.id)"]))
        case .markRead(let peer, let position):
            reads[peer] = max(position, reads[peer] ?? 0)
        case .sayTyping(let peer): try sayTyping(to: peer)
        case .quit: isOver = true
        }
    }

    private func send(_ text: String, to peer: UserID) async throws {
        do {
            guard session.network != nil else { throw TerminalFailure.networkUnknown }
            let sent = try session.enqueue(text, to: peer)
            if let entry = sent.entry { try await tell(.sent(entry)) }
        } catch let error as ChatSendError {
            guard case .refused = error else { throw error }
            try await tell(.note(["! not sent: \(error)"]))
        } catch let error as TerminalFailure {
            try await tell(.note(["! not sent: \(error)"]))
        }
    }

    private func open(_ name: String) async throws {
        let found: (id: UserID, person: Person?)
        do { found = try context.person(name, in: store) } catch {
            // At the start it ends the command; later it is just a word that was mistyped.
            guard model.current != nil || !model.names.isEmpty || session.isConnected else { throw error }
            return try await tell(.note(["! \(error)"]))
        }
        let entries = try store.history(with: found.id, limit: Self.historyEntries)
        try await dropShown(entries)
        try await tell(.opened(found.id, name: PersonName.text(found.person, id: found.id), entries))
    }

    /// What stands in the part of the history that is about to be shown need not be told again.
    private func dropShown(_ entries: [HistoryEntry]) async throws {
        guard let first = entries.first else { return }
        while true {
            let items = try store.unprinted(limit: FeedPrinter.batch)
            guard !items.isEmpty else { return }
            for item in items where item.event == .shown {
                if item.entry.peer == first.peer, item.entry.position >= first.position { continue }
                let name = PersonName.text(try store.person(item.entry.peer), id: item.entry.peer)
                try await tell(.shown(item.entry, name: name))
            }
            try store.markPrinted(items.map(\.id))
        }
    }

    private func listNodes() async throws {
        guard let view = await session.client?.roster(), let listing = NodeListing(view) else {
            return try await tell(.note(["no node is known yet"]))
        }
        try await tell(.note(listing.plain.split(separator: "\n").map(String.init)))
    }

    /// Contacts only: strangers learn nothing.
    private func sayTyping(to peer: UserID) throws {
        guard session.network != nil, try store.person(peer)?.contact != nil else { return }
        let message = try ChatMessage(.typing, order: nil)
        let submission = try session.ephemeral(message, for: peer, lifetimeSeconds: Self.typingSeconds)
        session.client?.sendEphemeral(submission)
    }

    /// What was written goes out, as far as it can at once.
    private func farewell() async throws {
        try await showFeed()
        try markReads()
        try session.settle()
        let patience = ranOut ? Self.pipeMilliseconds : Self.farewellMilliseconds
        let end = session.now + patience
        while session.now < end, ranOut ? !(try store.outboxItems().isEmpty) : session.hasWork {
            try await turn(until: end)
            try await showFeed()
        }
        let left = try store.outboxItems().count
        if left > 0 {
            try await tell(.note(["\(left) messages wait in the outbox; the next command that connects sends them"]))
        }
    }
}
