import Dispatch
import Glibc

/// What a signal asks of the node.
enum StopRequest: Equatable, Sendable {
    /// End in order: SIGTERM, or the first SIGINT.
    case orderly
    /// End now: a SIGINT after a stop was already asked for.
    case immediate
}

/// Turns the process's signals into requests.
///
/// Dispatch sources rather than swift-service-lifecycle: the node's parts must stop in one fixed order (doors, engine,
/// store), which its shell states in a few lines, and a second SIGINT has a meaning of its own; a service group would
/// hide the first and not know the second. A source also runs outside of signal context, where locks may be taken.
final class StopSignals: Sendable {
    private nonisolated(unsafe) let sources: [any DispatchSourceSignal]  // safe by Dispatch itself
    private let queue = DispatchQueue(label: "mesh.signals")
    private nonisolated(unsafe) var core = StopSignalsCore()  // touched on `queue` only

    /// Begins to listen. SIGPIPE is ignored from now on (a write to a closed socket is an error of that socket), SIGHUP
    /// too (there is nothing to reload yet, and a closed terminal is no reason to end).
    /// - Parameter onRequest: called on a queue of its own. ``StopRequest/orderly`` comes at most once.
    init(onRequest: @escaping @Sendable (StopRequest) -> Void) {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGHUP, SIG_IGN)
        sources = [SIGTERM, SIGINT].map { [queue] in DispatchSource.makeSignalSource(signal: $0, queue: queue) }
        let registered = DispatchSemaphore(value: 0)
        for (source, number) in zip(sources, [SIGTERM, SIGINT]) {
            source.setRegistrationHandler { registered.signal() }
            source.setEventHandler { [weak self, source] in
                guard let self else { return }
                for _ in 0..<source.data {
                    if let request = self.core.onSignal(number) { onRequest(request) }
                }
            }
            source.activate()
        }
        // A source takes its signal over asynchronously; until then the signal would still kill.
        for _ in sources { registered.wait() }
    }

    deinit {
        for source in sources { source.cancel() }
    }
}

/// What each signal means, given those before it.
struct StopSignalsCore {
    private var isStopping = false

    mutating func onSignal(_ number: Int32) -> StopRequest? {
        guard isStopping else {
            isStopping = true
            return .orderly
        }
        // A service manager that repeats SIGTERM asks for nothing new; a person who repeats Ctrl-C does.
        return number == SIGINT ? .immediate : nil
    }
}
