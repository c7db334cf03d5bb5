import Glibc

/// Lines above, and the line that is being written below them. On a terminal in raw mode; else lines alone.
final class ChatScreen {
    let isInteractive: Bool
    private let console: Console
    private var former: termios?
    private var shown: ChatView.Prompt?

    /// Takes the terminal, if there is one on both sides, until ``leave()``.
    init(console: Console) throws(TerminalFailure) {
        self.console = console
        isInteractive = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
        guard isInteractive else { return }
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else {
            throw TerminalFailure(call: "asking for the settings of", path: "the terminal")
        }
        former = settings
        // Keys come one by one and unseen, and Ctrl-C is a key. Output stays as it is: \n begins a line.
        settings.c_lflag &= ~tcflag_t(ECHO | ECHONL | ICANON | ISIG | IEXTEN)
        settings.c_iflag &= ~tcflag_t(IXON | ICRNL)
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) == 0 else {
            throw TerminalFailure(call: "changing the settings of", path: "the terminal")
        }
        try console.writeResult("\u{1B}[?2004h")
    }

    deinit { leave() }

    /// How wide the terminal is.
    var columns: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Writes lines above the prompt.
    func write(_ lines: [String]) throws(TerminalFailure) {
        guard !lines.isEmpty else { return }
        let text = lines.joined(separator: "\n") + "\n"
        try console.writeResult(isInteractive ? "\r\u{1B}[K\(text)" : text)
        shown = nil
    }

    /// Draws the prompt, if it isn't there already. The part before the cursor is written twice: so the cursor comes to
    /// stand where the terminal itself thinks that it ends.
    func draw(_ prompt: ChatView.Prompt) throws(TerminalFailure) {
        guard isInteractive, prompt != shown else { return }
        let whole = "\r\u{1B}[K\(prompt.beforeCursor)\(prompt.afterCursor)"
        try console.writeResult(prompt.afterCursor.isEmpty ? whole : "\(whole)\r\(prompt.beforeCursor)")
        shown = prompt
    }

    /// Gives the terminal back as it was.
    func leave() {
        guard var settings = former else { return }
        former = nil
        try? console.writeResult("\r\u{1B}[K\u{1B}[?2004l")
        tcsetattr(STDIN_FILENO, TCSADRAIN, &settings)
    }
}
