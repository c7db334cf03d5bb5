import Dispatch
import Logging
import NIOCore

/// Something that must keep moving for the node to count as alive.
struct HeartbeatSource: Sendable {
    let name: String
    let beat: @Sendable (_ answer: @escaping @Sendable () -> Void) -> Void

    /// - Parameters:
    ///   - name: as it stands in the log when the source is late.
    ///   - beat: has `answer` called by the thread in question, after the work it had before. It must not block.
    init(name: String, beat: @escaping @Sendable (_ answer: @escaping @Sendable () -> Void) -> Void) {
        self.name = name
        self.beat = beat
    }

    /// An event loop: its answer comes in a turn of its own.
    static func eventLoop(_ loop: any EventLoop, name: String) -> HeartbeatSource {
        HeartbeatSource(name: name) { answer in loop.execute(answer) }
    }
}

/// Pings the service manager's watchdog on proof of progress, and logs who is stuck.
///
/// The shell around ``WatchdogCore``: a timer on a queue of its own, so that a stuck loop can't keep its own lateness
/// from being logged. It runs without a service manager too; its pings go nowhere then.
final class Watchdog: Sendable {
    /// Interval where the service manager sets none: late enough for a loaded disk, early enough to be of use in a log.
    static let defaultIntervalMilliseconds: UInt64 = 30_000

    private let sources: [HeartbeatSource]
    private let notifier: SystemdNotifier
    private let logger: Logger
    private let queue = DispatchQueue(label: "mesh.watchdog")
    private nonisolated(unsafe) let timer: any DispatchSourceTimer  // safe by Dispatch itself
    private nonisolated(unsafe) var core: WatchdogCore  // touched on `queue` only

    /// - Parameter intervalMilliseconds: what the service manager expects; see
    ///   ``SystemdNotifier/watchdogIntervalMilliseconds``.
    init(
        sources: [HeartbeatSource], notifier: SystemdNotifier,
        intervalMilliseconds: UInt64 = SystemdNotifier.watchdogIntervalMilliseconds
            ?? Watchdog.defaultIntervalMilliseconds,
        logger: Logger
    ) {
        self.sources = sources
        self.notifier = notifier
        self.logger = logger
        core = WatchdogCore(sources: sources.count, intervalMilliseconds: intervalMilliseconds)
        timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now(), repeating: .milliseconds(Int(core.tickMilliseconds)))
        timer.setEventHandler { [weak self] in self?.tick() }
    }

    /// Begins with a round at once. To be called once.
    func start() { timer.activate() }

    /// No ping follows. The service manager's watchdog doesn't apply while a service stops.
    func stop() { timer.cancel() }

    private func tick() { perform(core.onTick(now: Self.now)) }

    private func perform(_ actions: [WatchdogCore.Action]) {
        for action in actions {
            switch action {
            case .ask(let round): ask(round)
            case .ping: notifier.alive()
            case .late(let late, let milliseconds): report(late, milliseconds)
            case .recovered(let milliseconds):
                logger.notice(
                    "all threads answer again", metadata: ["event": "recovered", "milliseconds": "\(milliseconds)"])
            }
        }
    }

    private func ask(_ round: UInt64) {
        for (index, source) in sources.enumerated() {
            source.beat { [weak self] in
                guard let self else { return }
                self.queue.async { self.perform(self.core.onAnswer(source: index, round: round, now: Self.now)) }
            }
        }
    }

    private func report(_ late: [Int], _ milliseconds: UInt64) {
        let names = late.map { sources[$0].name }.joined(separator: ", ")
        logger.error(
            "no answer from \(names) for \(milliseconds) ms; the watchdog gets no ping until there is one",
            metadata: ["event": "stuck", "threads": "\(names)", "milliseconds": "\(milliseconds)"])
    }

    private static var now: UInt64 { DispatchTime.now().uptimeNanoseconds / 1_000_000 }
}
