import Logging
import MeshChatStore
import MeshCrypto

/// What a command works with.
struct CommandContext {
    let home: Home
    let console: Console
    let passphrases: PassphraseSource
    let logger: Logger
    /// Makes the client of a session; over real links unless a test says otherwise.
    var connect: (Account, _ isReceiver: Bool, Logger) -> NetworkClientFactory = { account, isReceiver, logger in
        { mode, sink in
            try CoreNetworkClient(account, mode: mode, isReceiver: isReceiver, logger: logger, sink: sink)
        }
    }

    /// Opens the account, asking for its passphrase if it has one.
    func account() throws(TerminalFailure) -> Account {
        try Account.open(home, passphrases: passphrases)
    }

    /// A session that hasn't begun.
    /// - Parameter isReceiver: whether this process holds the receiver's lock.
    func session(_ account: Account, isReceiver: Bool) -> Session {
        Session(account, logger: logger, factory: connect(account, isReceiver, logger))
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
