import Logging

/// How levels, metadata and times of log events are written down.
enum LogText {
    /// Syslog priority (RFC 5424, table 2) of a level, as the journal keeps it.
    static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// The value as a field's content; lists and dictionaries (keys sorted) in brackets.
    static func value(_ value: Logger.Metadata.Value) -> String {
        switch value {
        case .string(let text): text
        case .stringConvertible(let convertible): convertible.description
        case .array(let items): "[\(items.map(Self.value).joined(separator: ", "))]"
        case .dictionary(let pairs):
            "[\(pairs.sorted { $0.key < $1.key }.map { "\($0.key): \(Self.value($0.value))" }.joined(separator: ", "))]"
        }
    }

    /// `text` without anything that ends a line or moves a cursor: such scalars as `\n`, `\t`, `\u{1b}`.
    static func oneLine(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: breaksLine) else { return text }
        return text.unicodeScalars.map { breaksLine($0) ? $0.escaped(asASCII: true) : String($0) }.joined()
    }

    /// `text` as the value of `key=value`: quoted where it holds a space, a quote or `=`, or nothing at all.
    static func quoted(_ text: String) -> String {
        let line = oneLine(text)
        guard line.isEmpty || line.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) else { return line }
        return "\"\(line.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\""))\""
    }

    /// Control characters of C0 and C1, DEL, the line and paragraph separators, and marks that turn the direction of
    /// what follows: a peer's text in a log must not forge a line nor a terminal's state.
    private static func breaksLine(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7f..<0xa0, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }

    /// Metadata of an event over that of its logger over what the provider gives.
    static func merged(
        provider: Logger.MetadataProvider?, logger: Logger.Metadata, event: Logger.Metadata?
    ) -> [(key: String, value: String)] {
        var all = provider?.get() ?? [:]
        all.merge(logger) { _, new in new }
        if let event { all.merge(event) { _, new in new } }
        return all.sorted { $0.key < $1.key }.map { ($0.key, value($0.value)) }
    }
}
