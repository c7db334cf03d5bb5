import Glibc

/// How a command ended, by the numbers of sysexits(3): scripts tell from them what happened and whether to try again.
enum ExitStatus: Int32, Sendable {
    /// Wrong arguments (EX_USAGE).
    case usage = 64
    /// What was given or stored is malformed (EX_DATAERR).
    case data = 65
    /// There is no account, or no input where some is needed (EX_NOINPUT).
    case noInput = 66
    /// Nobody is known by that name (EX_NOUSER).
    case noUser = 67
    /// Refused for good, or taken over by another program (EX_UNAVAILABLE).
    case unavailable = 69
    /// A fault of this program (EX_SOFTWARE).
    case software = 70
    /// The operating system refused something that it grants as a rule (EX_OSERR).
    case system = 71
    /// A file can't be made, or is there already (EX_CANTCREAT).
    case cantCreate = 73
    /// Reading or writing failed (EX_IOERR).
    case inputOutput = 74
    /// May work when tried again later (EX_TEMPFAIL).
    case tryAgain = 75
    /// Not permitted, or the wrong passphrase (EX_NOPERM).
    case notPermitted = 77
    /// Set up in a way that can't work (EX_CONFIG).
    case configuration = 78
    /// A message has expired before it got where it was to go; no number of sysexits(3).
    case expired = 79

    /// The status that fits a failed system call.
    static func of(errno code: Int32) -> ExitStatus {
        switch code {
        case EACCES, EPERM, EROFS: .notPermitted
        case EMFILE, ENFILE, ENOMEM: .system
        default: .inputOutput
        }
    }
}
