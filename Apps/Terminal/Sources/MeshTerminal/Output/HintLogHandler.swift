import Logging

/// Writes log lines as hints: `mesh: warning: …`; notices without their level, since they speak to people.
struct HintLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    let console: Console

    init(level: Logger.Level, console: Console) {
        logLevel = level
        self.console = console
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let text = SafeText.line("\(event.message)")
        console.hint(event.level == .notice ? text : "\(event.level): \(text)")
    }
}
