/// Where event loops and the storage thread leave what the engine is to see.
///
/// Producers append under a lock; the engine's thread takes everything at once. A sleeping thread is woken once a batch,
/// a running one not at all. Room isn't bounded here: credit on the links bounds what peers can have under way.
final class EngineMailbox<Event: Sendable>: @unchecked Sendable {
    private let signal = ThreadSignal()
    // All below under `signal`'s lock.
    private var events: [Event] = []
    private var heartbeats: [@Sendable () -> Void] = []
    private var isSleeping = false
    private var isClosed = false

    /// An empty mailbox; it takes events before its thread runs.
    init() {}

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

    /// Has `answer` called on the engine's thread once it has handled all that was posted before. After ``close()``
    /// it is never called.
    func heartbeat(_ answer: @escaping @Sendable () -> Void) { append { heartbeats.append(answer) } }

    /// How many events wait.
    var depth: Int { signal.withLock { events.count } }

    /// Lets nothing more in. The engine's thread handles what is there, then ends.
    func close() {
        signal.withLock { isClosed = true }
        signal.wake()
    }

    @discardableResult
    private func append(_ body: () -> Void) -> Bool {
        let (taken, wakes) = signal.withLock {
            guard !isClosed else { return (false, false) }
            body()
            defer { isSleeping = false }
            return (true, isSleeping)
        }
        if wakes { signal.wake() }
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

    private static func hasPassed(_ deadline: UInt64?) -> Bool {
        deadline.map { $0 <= MonotonicClock.nowMilliseconds } ?? false
    }
}
