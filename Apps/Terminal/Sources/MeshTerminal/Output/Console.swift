import Glibc

/// Where a command's results and hints go.
///
/// Results go to standard output, unbuffered: when ``result(_:)`` returns, the system has them. Hints go to standard
/// error, each line with the program's name before it.
struct Console: Sendable {
    let writeResult: @Sendable (String) throws(TerminalFailure) -> Void
    let writeHint: @Sendable (String) -> Void

    /// The process's own.
    static let standard = Console(
        writeResult: { text throws(TerminalFailure) in
            try Descriptor(STDOUT_FILENO).writeAll(Array(text.utf8), name: "standard output")
        },
        writeHint: { text in try? Descriptor(STDERR_FILENO).writeAll(Array(text.utf8), name: "standard error") })

    /// Writes one or more whole lines.
    func result(_ line: String) throws(TerminalFailure) { try writeResult(line + "\n") }

    /// Writes a hint.
    func hint(_ line: String) { writeHint("mesh: \(line)\n") }
}
