import CSystemd

/// Tells the service manager what state this process is in, by sd_notify(3).
///
/// Without `NOTIFY_SOCKET` in the environment every call does nothing and answers ``Outcome/notSupervised``: a node
/// started by hand needs no service manager. No call throws, for no failure here may stop a node that serves.
struct SystemdNotifier: Sendable {
    /// What became of one notification.
    enum Outcome: Equatable, Sendable {
        /// The service manager took it.
        case delivered
        /// Nobody asked for notifications.
        case notSupervised
        /// The service manager's socket refused it, with this `errno`.
        case failed(errno: Int32)
    }

    /// Longest status text in bytes: `systemctl status` shows one line, and a datagram must not grow without bound.
    static let statusLimit = 512

    private let send: @Sendable (String) -> Int32

    /// Notifies by libsystemd, which reads `NOTIFY_SOCKET`.
    init() {
        self.init { sd_notify(0, $0) }
    }

    /// - Parameter send: takes newline-separated assignments; positive: sent, 0: nobody listens, negative: −errno.
    init(send: @escaping @Sendable (String) -> Int32) {
        self.send = send
    }

    /// The node serves. `status` is the line that `systemctl status` shows.
    @discardableResult
    func ready(status: String) -> Outcome { notify("READY=1\nSTATUS=\(Self.line(status))") }

    /// Replaces the status line.
    @discardableResult
    func status(_ text: String) -> Outcome { notify("STATUS=\(Self.line(text))") }

    /// The node is ending.
    @discardableResult
    func stopping(status: String) -> Outcome { notify("STOPPING=1\nSTATUS=\(Self.line(status))") }

    /// The node works: restarts the watchdog's period. Only ``Watchdog`` sends it, on proof.
    @discardableResult
    func alive() -> Outcome { notify("WATCHDOG=1") }

    /// The period within which the service manager expects ``alive()``, in milliseconds (`WATCHDOG_USEC`, if it is
    /// meant for this process); nil where no watchdog is set.
    static var watchdogIntervalMilliseconds: UInt64? {
        var microseconds: UInt64 = 0
        guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
        return max(1, microseconds / 1000)
    }

    private func notify(_ assignments: String) -> Outcome {
        let result = send(assignments)
        if result > 0 { return .delivered }
        return result == 0 ? .notSupervised : .failed(errno: -result)
    }

    /// One line of at most ``statusLimit`` bytes: a newline would begin another assignment.
    static func line(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            let shown = scalar.value < 0x20 || scalar.value == 0x7f ? " " : scalar
            bytes += UTF8.width(shown)
            if bytes > statusLimit { break }
            kept.append(shown)
        }
        return String(kept)
    }
}
