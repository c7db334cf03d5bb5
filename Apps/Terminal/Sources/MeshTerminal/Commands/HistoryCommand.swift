import ArgumentParser
import MeshChat
import MeshChatStore

/// `mesh history`.
struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Print a conversation, oldest first.")

    @Argument(help: "A contact's name, or an id.")
    var contact: String

    @Option(help: ArgumentHelp("Only the newest.", valueName: "count"))
    var limit: Int?

    @Flag(help: "Print one JSON object a line.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is \(limit); at least 1 is allowed") }
    }

    func run() throws {
        let context = try shared.context()
        let store = try context.account().store
        let of = try context.person(contact, in: store)
        let entries = try failing { try store.history(with: of.id, limit: limit ?? .max) }
        let text = HistoryText(person: of.person)
        for entry in entries {
            guard let line = json ? text.json(entry)?.text : text.plain(entry) else { continue }
            try context.console.result(line)
        }
    }
}

/// Entries of one conversation as lines.
struct HistoryText {
    let person: Person?

    /// For people; nil for what is nothing to look at.
    func plain(_ entry: HistoryEntry) -> String? {
        let time = TimeText.local(entry.sentAtMilliseconds)
        let name = PersonName.text(person, id: entry.peer)
        switch entry.content {
        case .received(let message, let late):
            switch message.event {
            case .text(let text): return "\(time) \(name)\(late ? " (late)" : ""): \(Self.indented(text))"
            case .profile(let profile):
                return PersonName.isNoNews(profile, of: name) ? nil : "\(time) \(name) \(FeedText.words(profile))"
            case .unknown: return "\(time) \(name) sent something that this version doesn't know"
            case .typing, .receipt: return nil
            }
        case .own(let message, let state, _):
            guard case .text(let text) = message.event else { return nil }
            return "\(time) you: \(Self.indented(text))  [\(SendReport.word(state))]"
        case .gap(let gap): return "\(time) \(FeedText.gap(gap, name))"
        }
    }

    private static func indented(_ text: String) -> String {
        SafeText.lines(text).split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n    ")
    }

    /// For programs, with the fields of `mesh receive --json` and `state` for own messages.
    func json(_ entry: HistoryEntry) -> JSONText? {
        let (event, text, state): (String, String?, String?)
        switch entry.content {
        case .received(let message, _):
            switch message.event {
            case .text(let words): (event, text, state) = ("message", words, nil)
            case .profile: (event, text, state) = ("profile", nil, nil)
            case .unknown: (event, text, state) = ("unknown", nil, nil)
            case .typing, .receipt: return nil
            }
        case .own(_, let own, _): (event, text, state) = ("sent", entry.text, SendReport.word(own))
        case .gap: (event, text, state) = ("gap", nil, nil)
        }
        return .object([
            ("event", .string(event)), ("id", .optional(entry.id.map { "\($0)" })), ("peer", .string("\(entry.peer)")),
            ("contact", .optional(person?.contact.map { $0.name ?? "\(entry.peer)" })), ("text", .optional(text)),
            ("sentAt", .string(TimeText.rfc3339(entry.sentAtMilliseconds))),
            ("receivedAt", .string(TimeText.rfc3339(entry.receivedAtMilliseconds))), ("state", .optional(state)),
        ])
    }
}
