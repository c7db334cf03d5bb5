import ArgumentParser
import Logging
import MeshClientCore
import MeshCrypto

/// Options that every command has.
struct LogOptions: ParsableArguments {
    @Option(help: "Least level that is logged.")
    var logLevel: LogLevel = .info

    @Option(help: "Where logs go; auto is the journal if stderr leads there, else stderr.")
    var logTarget: LogTarget.Wish = .auto

    /// Sets swift-log up for this process. To be called once.
    func bootstrap() {
        let handler = LogTarget.choose(logTarget).handler(identifier: "mesh-node", level: logLevel.level)
        LoggingSystem.bootstrap(handler)
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

extension LogTarget.Wish: ExpressibleByArgument {}

/// What an option's text means, with the reason where it means nothing.
enum OptionText {
    static func admin(_ text: String) throws -> AdminAddress {
        do { return try AdminAddress(text: text) } catch { throw ValidationError(error.description) }
    }

    static func node(_ text: String) throws -> NodeID {
        do { return try NodeID(text: text) } catch { throw ValidationError(error.description) }
    }

    static func join(_ text: String) throws -> JoinTarget {
        do { return try JoinTarget(text: text) } catch { throw ValidationError(error.description) }
    }
}
