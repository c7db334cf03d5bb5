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
