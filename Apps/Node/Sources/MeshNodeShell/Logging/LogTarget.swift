import Glibc
import Logging

/// Where log events go.
enum LogTarget: Equatable, Sendable {
    /// Structured entries to the systemd journal.
    case journal
    /// Lines on stderr, with or without a time of their own.
    case lines(timestamps: Bool)

    /// What a user may ask for.
    enum Wish: String, CaseIterable, Sendable {
        /// The journal if stderr leads there, lines otherwise.
        case auto
        /// The journal, if this machine has one.
        case journal
        /// Lines in any case.
        case stderr
    }

    /// Where the journal listens (sd_journal_sendv(3) has the path built in).
    static let journalSocket = "/run/systemd/journal/socket"

    /// The target for a wish in this process's surroundings.
    ///
    /// `JOURNAL_STREAM` names the device and inode of the stream that the service manager made for the journal
    /// (systemd.exec(5)); only if stderr is still that stream does the journal capture it.
    static func choose(_ wish: Wish) -> LogTarget {
        let captured = getenv("JOURNAL_STREAM").map { String(cString: $0) }
        return choose(
            wish, journalStream: captured, stderr: StreamIdentity.of(STDERR_FILENO),
            hasJournal: access(journalSocket, W_OK) == 0)
    }

    static func choose(
        _ wish: Wish, journalStream: String?, stderr: StreamIdentity?, hasJournal: Bool
    ) -> LogTarget {
        let captured = journalStream.flatMap(StreamIdentity.init(text:)).map { $0 == stderr } ?? false
        let wanted = wish == .journal || (wish == .auto && captured)
        return wanted && hasJournal ? .journal : .lines(timestamps: !captured)
    }

    /// A factory for `LoggingSystem.bootstrap`.
    func handler(identifier: String, level: Logger.Level) -> @Sendable (String) -> any LogHandler {
        switch self {
        case .journal: { JournalLogHandler(label: $0, identifier: identifier, level: level) }
        case .lines(let timestamps): { _ in LineLogHandler(level: level, timestamps: timestamps) }
        }
    }
}

/// Which open file a descriptor stands for.
struct StreamIdentity: Equatable {
    let device: UInt64
    let inode: UInt64

    /// Of `JOURNAL_STREAM`: `device:inode` in decimal; nil for anything else.
    init?(text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let device = UInt64(parts[0]), let inode = UInt64(parts[1]) else { return nil }
        self.init(device: device, inode: inode)
    }

    init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }

    /// Nil where the descriptor is closed.
    static func of(_ descriptor: Int32) -> StreamIdentity? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        return StreamIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }
}
