import Glibc
import Logging

/// Takes finished lines, newline included.
struct LineSink: Sendable {
    let write: @Sendable (String) -> Void

    /// One write(2) a line, so that lines of several threads and processes don't mix on a pipe or terminal.
    static let standardError = LineSink { line in
        var line = line
        line.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let written = Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
            }
        }
    }
}

/// swift-log's events as plain lines: `[time] level message key=value…`, each event one line whatever it holds.
struct LineLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    private let timestamps: Bool
    private let sink: LineSink
    private let clock: @Sendable () -> UInt64

    /// Writes to stderr.
    /// - Parameters:
    ///   - level: least level that is kept.
    ///   - timestamps: whether lines begin with an RFC 3339 time; no where what captures them adds its own.
    init(level: Logger.Level, timestamps: Bool) {
        self.init(level: level, timestamps: timestamps, sink: .standardError)
    }

    init(
        level: Logger.Level, timestamps: Bool, sink: LineSink,
        clock: @escaping @Sendable () -> UInt64 = { WallClock.nowMilliseconds }
    ) {
        self.logLevel = level
        self.timestamps = timestamps
        self.sink = sink
        self.clock = clock
    }

    func log(event: LogEvent) {
        write(event, LogText.merged(provider: metadataProvider, logger: metadata, event: event.metadata))
    }

    func write(_ event: LogEvent, _ fields: [(key: String, value: String)]) {
        var line = timestamps ? WallClock.rfc3339(milliseconds: clock()) + " " : ""
        line += "\(event.level.rawValue) \(LogText.oneLine(event.message.description))"
        if let error = event.error { line += " error=\(LogText.quoted(String(describing: error)))" }
        for (key, value) in fields { line += " \(LogText.oneLine(key))=\(LogText.quoted(value))" }
        sink.write(line + "\n")
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}
