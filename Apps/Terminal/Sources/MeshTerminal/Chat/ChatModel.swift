import MeshChat
import MeshChatStore
import MeshCrypto

/// The state of `mesh chat`: what happens goes in, what is to be done comes out. No screen, no disk, no clock.
struct ChatModel {
    /// Whom the lines go to.
    var current: UserID?
    /// What people are called.
    var names: [UserID: String] = [:]
    var editor = LineEditor()
    var isConnected = false
    /// Whether the lines are somebody's at a terminal: then states stand beside the prompt instead of in lines.
    let isInteractive: Bool
    /// The own message that was sent last, by person.
    var last: [UserID: OwnMessage] = [:]
    private(set) var watch = TypingWatch()
    private var notifier = TypingNotifier()
    private var decoder = KeyDecoder()
    private var texts: [InnerID: String] = [:]

    struct OwnMessage: Equatable {
        let id: InnerID
        var state: OwnMessageState
    }

    init(isInteractive: Bool) { self.isInteractive = isInteractive }

    /// What happens.
    enum Event {
        /// From the keyboard of a terminal.
        case bytes([UInt8])
        /// From a file or pipe.
        case line(String)
        case endOfInput
        /// A conversation was opened: its newest entries.
        case opened(UserID, name: String, [HistoryEntry])
        /// Something new of somebody else.
        case shown(HistoryEntry, name: String)
        /// The own text is in the outbox.
        case sent(HistoryEntry)
        /// An own message has moved on.
        case progress(UserID, InnerID, OwnMessageState)
        /// The outbox gave something up, for this reason.
        case givenUp(InnerID, String)
        case typing(UserID, name: String, sentAtMilliseconds: UInt64)
        case connection(Bool)
        /// Lines that were asked for, or that people should know.
        case note([String])
        case tick
    }

    /// What is to be done.
    enum Effect: Equatable {
        case print([String])
        case send(String, to: UserID)
        /// Find somebody by name or id, and open the conversation.
        case open(String)
        case listContacts, listNodes, showID
        /// Everything up to this position is on the screen.
        case markRead(UserID, upTo: UInt64)
        case sayTyping(UserID)
        case quit
    }

    /// When ``Event/tick`` has something to do at the latest, in milliseconds since 1970.
    var deadline: UInt64? { watch.deadline }

    mutating func update(_ event: Event, now: UInt64) -> [Effect] {
        switch event {
        case .bytes(let bytes): return decoder.take(bytes).flatMap { take($0, now: now) }
        case .line(let line): return take(ChatLine(line))
        case .endOfInput: return [.quit]
        case .opened(let peer, let name, let entries): return open(peer, name, entries)
        case .shown(let entry, let name): return show(entry, name)
        case .sent(let entry): return sent(entry)
        case .progress(let peer, let id, let state): return moved(id, of: peer, to: state)
        case .givenUp(let id, let reason):
            return [.print(["! not sent: \(texts[id].map { "\($0): " } ?? "")\(reason)"])]
        case .typing(let peer, let name, let sentAt):
            names[peer] = name
            let isNew = watch.onTyping(from: peer, sentAtMilliseconds: sentAt, now: now)
            return isNew && !isInteractive ? [.print(["\(name) is typing"])] : []
        case .connection(let isConnected):
            self.isConnected = isConnected
            return []
        case .note(let lines): return [.print(lines)]
        case .tick:
            _ = watch.onTick(now: now)
            return []
        }
    }
}

extension ChatModel {
    private mutating func take(_ key: Key, now: UInt64) -> [Effect] {
        switch editor.take(key) {
        case .unchanged, .moved: return []
        case .changed: return typed(now: now)
        case .finished(let line):
            notifier.onFinished()
            return take(ChatLine(line))
        case .quit: return [.quit]
        }
    }

    /// Commands are nobody's affair, and neither is a line that was emptied.
    private mutating func typed(now: UInt64) -> [Effect] {
        guard let current, !editor.text.isEmpty, editor.text.first != "/" else { return [] }
        return notifier.onInput(now: now) ? [.sayTyping(current)] : []
    }

    private mutating func take(_ line: ChatLine) -> [Effect] {
        switch line {
        case .nothing: return []
        case .text(let text):
            guard let current else { return [.print(["To whom? Choose with /to NAME; /contacts lists them."])] }
            return [.send(text, to: current)]
        case .help: return [.print(ChatLine.helpLines)]
        case .contacts: return [.listContacts]
        case .nodes: return [.listNodes]
        case .id: return [.showID]
        case .quit: return [.quit]
        case .to(let name): return [.open(name)]
        case .unknown(let line): return [.print(["\(SafeText.line(line)) is no command here; /help lists them."])]
        }
    }

    private mutating func open(_ peer: UserID, _ name: String, _ entries: [HistoryEntry]) -> [Effect] {
        current = peer
        names[peer] = name
        notifier.onFinished()
        for entry in entries {
            guard case .own(_, let state, _) = entry.content, let id = entry.id else { continue }
            last[peer] = OwnMessage(id: id, state: state)
        }
        let lines = entries.compactMap { ChatText.line($0, name: name, marksState: true) }
        let read = entries.last.map { [Effect.markRead(peer, upTo: $0.position)] } ?? []
        return [.print(lines + ["\u{2014} \(name)"])] + read
    }

    private mutating func show(_ entry: HistoryEntry, _ name: String) -> [Effect] {
        names[entry.peer] = name
        if case .received = entry.content {
            _ = watch.onMessage(from: entry.peer, sentAtMilliseconds: entry.sentAtMilliseconds)
        }
        let line = ChatText.line(entry, name: name, marksState: false).map { [Effect.print([$0])] } ?? []
        return line + [.markRead(entry.peer, upTo: entry.position)]
    }

    private mutating func sent(_ entry: HistoryEntry) -> [Effect] {
        guard case .own(_, let state, _) = entry.content, let id = entry.id else { return [] }
        last[entry.peer] = OwnMessage(id: id, state: state)
        texts[id] = FeedText.excerpt(entry)
        let line = ChatText.line(entry, name: names[entry.peer] ?? "", marksState: false)
        return line.map { [.print([$0])] } ?? []
    }

    private mutating func moved(_ id: InnerID, of peer: UserID, to state: OwnMessageState) -> [Effect] {
        if last[peer]?.id == id { last[peer]?.state = state }
        // What was sent before this chat is nobody's question now.
        guard let text = texts[id] else { return [] }
        if state == .read { texts[id] = nil }
        return isInteractive ? [] : [.print(["\(ChatText.sign(state)) \(SendReport.word(state)): \(text)"])]
    }
}
