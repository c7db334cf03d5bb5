/// What a finished line means.
enum ChatLine: Equatable, Sendable {
    case nothing
    case text(String)
    case help, contacts, nodes, id, quit
    /// Talk to somebody else.
    case to(String)
    case unknown(String)

    /// Lines that begin with a slash are commands; two slashes are a text that begins with one.
    init(_ line: String) {
        guard line.contains(where: { !$0.isWhitespace }) else {
            self = .nothing
            return
        }
        guard line.hasPrefix("/"), !line.hasPrefix("//") else {
            self = .text(line.hasPrefix("//") ? String(line.dropFirst()) : line)
            return
        }
        let words = line.split(separator: " ", maxSplits: 1)
        let rest = words.count > 1 ? words[1].drop { $0 == " " } : ""
        switch (words[0], rest.isEmpty) {
        case ("/help", true): self = .help
        case ("/contacts", true): self = .contacts
        case ("/nodes", true): self = .nodes
        case ("/id", true): self = .id
        case ("/quit", true), ("/exit", true): self = .quit
        case ("/to", false): self = .to(String(rest))
        default: self = .unknown(line)
        }
    }

    static let helpLines = [
        "/to NAME     talk to somebody else, a contact's name or an id",
        "/contacts    your contacts, with how much is unread",
        "/nodes       the network's nodes, and which one is your residence",
        "/id          your id, for others to write to you",
        "/quit        leave; Ctrl-D does the same",
        "Everything else is sent. A text that begins with a slash is written with two.",
        "Beside a name stands where your last message is: \u{2026} waiting, \u{2713} accepted by nodes, \u{2713}\u{2713} delivered, "
            + "\u{2713}\u{2713} read.",
    ]
}
