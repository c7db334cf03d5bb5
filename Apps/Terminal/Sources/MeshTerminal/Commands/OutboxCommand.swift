import ArgumentParser
import MeshChat
import MeshChatStore

/// `mesh outbox`.
struct OutboxCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox", abstract: "List what no node has accepted yet.")

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let context = try shared.context()
        let store = try context.account().store
        let lines = try failing { try store.outboxItems().map { try Waiting($0, in: store) } }
        if json { return try context.console.result(JSONText.array(lines.map(\.json)).text) }
        for line in lines { try context.console.result(line.plain) }
    }
}

/// Something in the outbox, as it is listed.
private struct Waiting {
    let item: OutboxItem
    let entry: HistoryEntry?
    let person: Person?

    init(_ item: OutboxItem, in store: ChatStore) throws {
        self.item = item
        entry = try store.ownMessage(item.innerID, to: item.recipient)
        person = try store.person(item.recipient)
    }

    private var failures: UInt32 {
        switch item.state {
        case .queued(_, let failures), .submitted(_, let failures): failures
        case .accepted, .failed: 0
        }
    }

    var plain: String {
        let what = entry.map(FeedText.excerpt) ?? "(a receipt or your profile)"
        let since = entry.map { TimeText.local($0.sentAtMilliseconds) } ?? "-".padding(16)
        let tries = failures == 0 ? "" : "  tried \(failures) times"
        return "\(since)  \(PersonName.text(person, id: item.recipient)): \(what)\(tries)"
    }

    var json: JSONText {
        .object([
            ("id", .string("\(item.innerID)")), ("to", .string("\(item.recipient)")),
            ("contact", .optional(person?.contact?.name)), ("text", .optional(entry?.text)),
            ("sentAt", .optional(entry.map { TimeText.rfc3339($0.sentAtMilliseconds) })),
            ("expiresAt", .string(TimeText.rfc3339(UInt64(item.expirySeconds) * 1_000))),
            ("failures", .number(UInt64(failures))),
        ])
    }
}
