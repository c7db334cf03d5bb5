import Glibc

/// How a command ended, by the numbers of sysexits(3): scripts and service managers tell from them whether to try again.
enum ExitStatus: Int32, Sendable {
    /// Wrong arguments (EX_USAGE).
    case usage = 64
    /// What was given or stored is malformed (EX_DATAERR).
    case data = 65
    /// Nobody answers where a node should (EX_UNAVAILABLE).
    case unavailable = 69
    /// A fault of this program (EX_SOFTWARE).
    case software = 70
    /// The operating system refused something that it grants as a rule (EX_OSERR).
    case system = 71
    /// A file can't be made (EX_CANTCREAT).
    case cantCreate = 73
    /// Reading or writing failed (EX_IOERR).
    case inputOutput = 74
    /// May work when tried again later (EX_TEMPFAIL).
    case tryAgain = 75
    /// The other end doesn't speak as agreed (EX_PROTOCOL).
    case protocolFault = 76
    /// Not permitted (EX_NOPERM).
    case notPermitted = 77
    /// Set up in a way that can't work (EX_CONFIG).
    case configuration = 78

    /// The status that fits a failed system call.
    static func of(errno code: Int32) -> ExitStatus {
        switch code {
        case EACCES, EPERM, EROFS: .notPermitted
        case EMFILE, ENFILE, ENOMEM: .system
        default: .inputOutput
        }
    }
}

/// An error that ends a command: what happened, what to do, and the exit status.
struct NodeFailure: Error, Equatable, CustomStringConvertible {
    /// What the process ends with.
    let status: ExitStatus
    /// What happened, to what.
    let message: String
    /// What to do about it, if there is something.
    let hint: String?

    /// Takes the three parts; `message` and `hint` are sentences without a full stop.
    init(_ status: ExitStatus, _ message: String, hint: String? = nil) {
        self.status = status
        self.message = message
        self.hint = hint
    }

    /// Message and hint in one line.
    var description: String { hint.map { "\(message); \($0)" } ?? message }
}

/// The text of an `errno` with its number, say `Permission denied (errno 13)`.
func text(ofErrno code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        guard let base = buffer.baseAddress, strerrorText(code, base, buffer.count) else { return "errno \(code)" }
        return "\(String(cString: base)) (errno \(code))"
    }
}

private func strerrorText(_ code: Int32, _ buffer: UnsafeMutablePointer<CChar>, _ size: Int) -> Bool {
    strerror_r(code, buffer, size) == 0
}
