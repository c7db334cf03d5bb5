import NIOConcurrencyHelpers
import NIOCore

/// Keeps the status line of the service manager true while the node serves.
final class StatusTicker: Sendable {
    /// Often enough for an operator who looks, seldom enough to cost nothing.
    static let interval = TimeAmount.seconds(2)

    private let task: RepeatedTask

    /// Begins at once.
    init(_ runtime: NodeRuntime, _ notifier: SystemdNotifier, on loop: any EventLoop) {
        let last = NIOLockedValueBox("")
        task = loop.scheduleRepeatedTask(initialDelay: .zero, delay: Self.interval) { _ in
            runtime.inspect { status, totals in
                let text = StatusLine.text(status, totals)
                loop.execute { Self.tell(text, unless: last, notifier) }
            }
        }
    }

    func stop() { task.cancel() }

    private static func tell(_ text: String, unless last: NIOLockedValueBox<String>, _ notifier: SystemdNotifier) {
        let isNews = last.withLockedValue { last in
            defer { last = text }
            return last != text
        }
        if isNews { notifier.status(text) }
    }
}
