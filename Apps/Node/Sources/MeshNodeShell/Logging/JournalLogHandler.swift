import Logging

/// swift-log's events as structured entries of the systemd journal.
///
/// `journalctl -o json MESH_EVENT=started` finds them by their fields: metadata `event` is `MESH_EVENT`, and so on.
/// An entry that the journal doesn't take goes to stderr as a line instead.
struct JournalLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let identifier: String
    private let sink: JournalSink
    private var fallback: LineLogHandler

    /// - Parameters:
    ///   - label: the logger's name, kept as `MESH_LOGGER`.
    ///   - identifier: `SYSLOG_IDENTIFIER`, by which `journalctl -t` selects.
    ///   - level: least level that is kept.
    init(label: String, identifier: String, level: Logger.Level) {
        self.init(label: label, identifier: identifier, level: level, sink: .system, fallback: .standardError)
    }

    init(label: String, identifier: String, level: Logger.Level, sink: JournalSink, fallback: LineSink) {
        self.label = label
        self.identifier = identifier
        self.logLevel = level
        self.sink = sink
        self.fallback = LineLogHandler(level: level, timestamps: false, sink: fallback)
    }

    func log(event: LogEvent) {
        let fields = LogText.merged(provider: metadataProvider, logger: metadata, event: event.metadata)
        let entry = JournalEntry(event: event, label: label, identifier: identifier, metadata: fields)
        if sink.send(entry) < 0 { fallback.write(event, fields) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}
