import Logging

/// The fields of one journal entry, each as the bytes `NAME=value`. A value may hold any byte, newlines included:
/// sd_journal_sendv(3) takes lengths.
struct JournalEntry {
    /// Longest field name that the journal takes, in bytes.
    static let nameLimit = 64
    /// What fields from metadata begin with, so that none can pose as a field of the journal's own.
    static let prefix = "MESH_"

    private(set) var fields: [[UInt8]] = []

    /// The entry of an event: MESSAGE, PRIORITY, SYSLOG_IDENTIFIER, CODE_FILE, CODE_LINE, CODE_FUNC, MESH_LOGGER,
    /// and one field each for error and metadata.
    init(
        event: LogEvent, label: String, identifier: String, metadata: [(key: String, value: String)]
    ) {
        append("MESSAGE", event.message.description)
        append("PRIORITY", String(LogText.priority(of: event.level)))
        append("SYSLOG_IDENTIFIER", identifier)
        append("CODE_FILE", event.file)
        append("CODE_LINE", String(event.line))
        append("CODE_FUNC", event.function)
        append("MESH_LOGGER", label)
        if let error = event.error { append("MESH_ERROR", String(describing: error)) }
        for (key, value) in metadata { append(Self.fieldName(key), value) }
    }

    private mutating func append(_ name: String, _ value: String) {
        var field = Array(name.utf8)
        field.append(UInt8(ascii: "="))
        field.append(contentsOf: value.utf8)
        fields.append(field)
    }

    /// A metadata key as a field name: `event` is `MESH_EVENT`, `rosterDigest` is `MESH_ROSTER_DIGEST`; what isn't a
    /// letter or digit of ASCII becomes `_`; at most ``nameLimit`` bytes.
    static func fieldName(_ key: String) -> String {
        var name = ""
        var afterLower = false
        for scalar in key.unicodeScalars {
            let isUpper = ("A"..."Z").contains(scalar)
            if isUpper, afterLower { name.append("_") }
            afterLower = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
            name.append(afterLower || isUpper ? String(scalar).uppercased() : "_")
        }
        return String((name.hasPrefix(prefix) ? name : prefix + name).prefix(nameLimit))
    }
}
