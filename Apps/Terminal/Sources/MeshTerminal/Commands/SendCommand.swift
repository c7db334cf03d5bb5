import ArgumentParser
import Glibc
import MeshChat
import MeshChatStore
import MeshCrypto

/// `mesh send`.
struct SendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Send a text.",
        discussion: """
            The text is kept before it is sent. What no node accepts in time stays in the outbox, goes out first with \
            the next command that connects, and ends this one with code 75.
            """)

    /// What is waited for.
    enum Goal: String, CaseIterable, ExpressibleByArgument {
        case accepted, delivered
    }

    @Argument(help: "A contact's name, or an id.")
    var contact: String

    @Argument(help: "The text; - or nothing reads it from standard input, less one line end at its end.")
    var text: String?

    @Option(help: "What to wait for: that nodes hold it, or that the recipient's program has it.")
    var wait: Goal = .accepted

    @Option(help: ArgumentHelp("Wait until so many nodes have signed that they hold it.", valueName: "count"))
    var hold: UInt8?

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var timeout: TimeoutOption
    @OptionGroup var shared: SharedOptions

    func validate() throws {
        if let hold, hold < 1 { throw ValidationError("--hold is \(hold); at least 1 is allowed") }
    }

    func run() async throws {
        let context = try shared.context()
        let account = try context.account()
        let to = try context.person(contact, in: account.store)
        if text == nil || text == "-", isatty(STDIN_FILENO) == 1 {
            context.console.hint("write the text, and end it with Ctrl-D on a line of its own")
        }
        let text = try InputText.text(text)
        let deadline = WallClock.nowMilliseconds + timeout.milliseconds
        let run = SendRun(context: context, account: account, to: to.id, goal: wait, hold: hold)
        let report = try await failingAsync { try await run.send(text, until: deadline) }
        try context.console.result(json ? report.json(contact: to.person?.contact?.name).text : report.line)
        if let failure = report.failure { throw failure }
    }
}

/// A text to be sent.
enum InputText {
    /// The argument, or all of standard input for `-` and nothing.
    static func text(_ argument: String?) throws(TerminalFailure) -> String {
        if let argument, argument != "-" {
            try check(argument.utf8.count)
            return argument
        }
        // Far over what may be sent, so that the error can say how much there was; and still no strain on memory.
        let limit = 64 * 1_024 * 1_024
        guard let bytes = try Descriptor(STDIN_FILENO).readAll(limit: limit, name: "standard input") else {
            throw TerminalFailure(.data, "standard input has more than \(limit) bytes", hint: "send it in parts")
        }
        return try text(of: bytes)
    }

    /// Decodes what was read: UTF-8, less one line end at its end, which a shell or editor put there.
    static func text(of bytes: [UInt8]) throws(TerminalFailure) -> String {
        guard var text = String(validating: bytes, as: UTF8.self) else {
            throw TerminalFailure(.data, "the text on standard input is not UTF-8", hint: "convert it first")
        }
        if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
        try check(text.utf8.count)
        return text
    }

    private static func check(_ count: Int) throws(TerminalFailure) {
        if count == 0 { throw TerminalFailure(.data, "\(ChatMessageError.textEmpty)") }
        guard count <= ChatLimits.textBytes else {
            throw TerminalFailure(.data, "\(ChatMessageError.textTooLong(got: count, allowed: ChatLimits.textBytes))")
        }
    }
}
