/// Where event loops and the storage thread leave what the engine is to see.
///
/// Producers append under a lock; who runs the engine takes everything at once. A sleeping one is woken once a batch, a
/// running one not at all. Room isn't bounded here: credit on the links bounds what peers can have under way.
final class EngineMailbox<Event: Sendable>: @unchecked Sendable {
    private let signal = ThreadSignal()
    // All below under `signal`'s lock.
    private var events: [Event] = []
    private var heartbeats: [@Sendable () -> Void] = []
    private var isSleeping = false
    private var isClosed = false
    /// Wakes who takes.
    private var waker: @Sendable () -> Void

    /// An empty mailbox; it takes events before its thread runs.
    init() {
        let signal = signal
        waker = { signal.wake() }
    }

    /// Appends one event.
    /// - Returns: false after ``close()``: the event is dropped.
    @discardableResult
    func post(_ event: Event) -> Bool { append { events.append(event) } }

    /// Appends events in their order, with none of another producer between them.
    /// - Returns: false after ``close()``: the events are dropped.
    @discardableResult
    func post(_ batch: [Event]) -> Bool {
        batch.isEmpty ? true : append { events.append(contentsOf: batch) }
    }

    /// The same, and leaves an array with room for the next ones: most batches are taken as they are.
    func post(emptying batch: inout [Event]) {
        guard !batch.isEmpty else { return }
        append { if events.isEmpty { swap(&events, &batch) } else { events.append(contentsOf: batch) } }
        batch.removeAll(keepingCapacity: true)
    }

    /// Has `answer` called on the engine's thread once it has handled all that was posted before. After ``close()``
    /// it is never called.
    func heartbeat(_ answer: @escaping @Sendable () -> Void) { append { heartbeats.append(answer) } }

    /// How many events wait.
    var depth: Int { signal.withLock { events.count } }

    /// Lets nothing more in. The engine's thread handles what is there, then ends.
    func close() {
        signal.withLock {
            isClosed = true
            return waker
        }()
    }

    @discardableResult
    private func append(_ body: () -> Void) -> Bool {
        let (taken, wake): (Bool, (@Sendable () -> Void)?) = signal.withLock {
            guard !isClosed else { return (false, nil) }
            body()
            defer { isSleeping = false }
            return (true, isSleeping ? waker : nil)
        }
        wake?()
        return taken
    }

    /// What the engine's thread took.
    struct Batch {
        var events: [Event] = []
        var heartbeats: [@Sendable () -> Void] = []
        var isLast = false

        /// Empties it and keeps its room for the next.
        mutating func clear() {
            events.removeAll(keepingCapacity: true)
            heartbeats.removeAll(keepingCapacity: true)
        }
    }

    /// Waits for events, a heartbeat, the deadline (monotonic milliseconds) or the close, and swaps what is there for
    /// the empty arrays of `batch`.
    func take(into batch: inout Batch, until deadline: UInt64?) {
        signal.withLock {
            while events.isEmpty, heartbeats.isEmpty, !isClosed, !Self.hasPassed(deadline) {
                isSleeping = true
                signal.wait(until: deadline)
            }
            isSleeping = false
            swap(&events, &batch.events)
            swap(&heartbeats, &batch.heartbeats)
            batch.isLast = isClosed
        }
    }

    /// Has `wakeUp` called, on any thread, once for whatever comes after each ``take(into:)``, and now if there is
    /// something. For who takes and never waits.
    func attach(wakeUp: @escaping @Sendable () -> Void) {
        let wakes = signal.withLock {
            waker = wakeUp
            isSleeping = events.isEmpty && heartbeats.isEmpty && !isClosed
            return !isSleeping
        }
        if wakes { wakeUp() }
    }

    /// Lets go of who was to be woken.
    func detach() { signal.withLock { waker = {} } }

    /// Swaps what is there for the empty arrays of `batch`, without waiting.
    func take(into batch: inout Batch) {
        signal.withLock {
            isSleeping = true
            swap(&events, &batch.events)
            swap(&heartbeats, &batch.heartbeats)
            batch.isLast = isClosed
        }
    }

    private static func hasPassed(_ deadline: UInt64?) -> Bool {
        deadline.map { $0 <= MonotonicClock.nowMilliseconds } ?? false
    }
}
