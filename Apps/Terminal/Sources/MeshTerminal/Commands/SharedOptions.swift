import ArgumentParser
import Glibc
import Logging
import MeshChatStore
import MeshCrypto

/// Options that every command has.
struct SharedOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the account lies (default: $XDG_DATA_HOME/mesh, else ~/.local/share/mesh).", valueName: "dir"),
        completion: .directory)
    var home: String?

    @Option(help: "Least level of what is told on standard error.")
    var logLevel: LogLevel = .notice

    /// What a command works with.
    func context() throws(TerminalFailure) -> CommandContext {
        let environment = { (name: String) in getenv(name).map { String(cString: $0) } }
        let console = Console.standard
        let level = logLevel.level
        LoggingSystem.bootstrap { _ in HintLogHandler(level: level, console: console) }
        return CommandContext(
            home: try Home.resolve(home, environment: environment), console: console,
            passphrases: PassphraseSource(environment: environment), logger: Logger(label: "mesh"))
    }
}

/// swift-log's levels as an option's values.
enum LogLevel: String, CaseIterable, ExpressibleByArgument {
    case trace, debug, info, notice, warning, error, critical

    var level: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }
}

/// What a command works with.
struct CommandContext {
    let home: Home
    let console: Console
    let passphrases: PassphraseSource
    let logger: Logger

    /// Opens the account, asking for its passphrase if it has one.
    func account() throws(TerminalFailure) -> Account {
        try Account.open(home, passphrases: passphrases)
    }

    /// A session over real links.
    /// - Parameter isReceiver: whether this process holds the receiver's lock.
    func session(_ account: Account, isReceiver: Bool) -> Session {
        Session(account, logger: logger) { [logger] mode, sink in
            try CoreNetworkClient(account, mode: mode, isReceiver: isReceiver, logger: logger, sink: sink)
        }
    }

    /// Tells what the network had to say, on standard error.
    func tell(_ session: Session) {
        for line in words(session) { console.hint(line) }
    }

    /// What the network had to say, as far as the log level allows. It is said once.
    func words(_ session: Session) -> [String] {
        var lines: [String] = []
        for notice in session.notices {
            let (level, text) = NoticeText.text(notice)
            guard level >= logger.logLevel else { continue }
            lines.append(level == .notice ? text : "\(level): \(text)")
        }
        lines += session.refusals.map { "warning: \($0)" }
        session.notices = []
        session.refusals = []
        return lines.map(SafeText.line)
    }

    /// Somebody named by a contact's name or an id.
    func person(_ text: String, in store: ChatStore) throws(TerminalFailure) -> (id: UserID, person: Person?) {
        try failing {
            if let person = try store.contact(named: text) { return (person.id, person) }
            guard text.lowercased().hasPrefix("\(UserID.textPrefix)1") else {
                throw TerminalFailure(
                    .noUser, "there is no contact named \(SafeText.line(text))",
                    hint: "\u{ab}mesh contact list\u{bb} shows them; an id begins with mesh1")
            }
            let id = try userID(text)
            return (id, try store.person(id))
        }
    }
}

/// Reads an id of a person.
func userID(_ text: String) throws(TerminalFailure) -> UserID {
    do { return try UserID(text: text) } catch {
        throw TerminalFailure(.data, "\(SafeText.line(text)): \(error)", hint: "ask for the id again")
    }
}

/// How long a command that connects goes on.
struct TimeoutOption: ParsableArguments {
    @Option(help: ArgumentHelp("How long at most.", valueName: "seconds"))
    var timeout: Double = 30

    /// A day: longer is a mistake.
    static let maximumSeconds = 86_400.0

    func validate() throws {
        guard timeout >= 0, timeout <= Self.maximumSeconds else {
            throw ValidationError("--timeout is \(timeout); 0 to \(Int(Self.maximumSeconds)) seconds are allowed")
        }
    }

    var milliseconds: UInt64 { UInt64(timeout * 1_000) }
}
