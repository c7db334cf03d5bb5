import ArgumentParser
import MeshChatStore
import MeshCrypto

/// `mesh trace`.
struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Show the way of a message that you sent, and what of it is proven.",
        discussion: """
            Reads what this home has kept, and asks nobody. Nodes' receipts are verified again.
            """)

    @Argument(help: "The message's id, as \u{ab}mesh send\u{bb} printed it.")
    var id: String

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var shared: SharedOptions

    func run() throws {
        let context = try shared.context()
        let account = try context.account()
        let text = try failing { try TraceText(OwnMessage.find(id, in: account.store), account) }
        if json {
            try context.console.result(text.json.text)
        } else {
            try context.console.writeResult(text.plain)
        }
    }
}

/// A message that this account has sent, found by its id.
struct OwnMessage {
    let id: InnerID
    let entry: HistoryEntry

    static func find(_ text: String, in store: ChatStore) throws -> OwnMessage {
        guard let bytes = Bytes16(hex: text) else {
            throw TerminalFailure(
                .data, "\(SafeText.line(text)) is no id of a message",
                hint: "\u{ab}mesh send\u{bb} prints it: 32 hex digits")
        }
        let id = InnerID(bytes)
        guard let entry = try store.ownMessage(id) else {
            throw TerminalFailure(
                .noInput, "this account has sent no message \(id)",
                hint: "\u{ab}mesh history CONTACT --json\u{bb} shows the ids")
        }
        return OwnMessage(id: id, entry: entry)
    }
}
