import Glibc

/// An error that ends a command: what happened, to what, what to do, and the exit status.
struct TerminalFailure: Error, Equatable, CustomStringConvertible {
    /// What the process ends with.
    let status: ExitStatus
    /// What happened, to what: a sentence without a full stop.
    let message: String
    /// What to do about it, if there is something more to say.
    let hint: String?

    /// Takes the three parts.
    init(_ status: ExitStatus, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    /// A system call that failed, by the present `errno`.
    init(call: String, path: String, hint: String? = nil) {
        let code = errno
        self.init(.of(errno: code), "\(call) \(path): \(String(cString: strerror(code)))", hint: hint)
    }

    /// Message and hint in one line.
    var description: String { hint.map { "\(message); \($0)" } ?? message }
}

extension TerminalFailure {
    /// So that one failure can be caught by its name.
    static func ~= (pattern: TerminalFailure, error: any Error) -> Bool { error as? TerminalFailure == pattern }
}
