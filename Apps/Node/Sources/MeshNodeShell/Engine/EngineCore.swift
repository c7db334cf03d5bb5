/// The time that a core is given: it reads no clock of its own.
struct EngineTime: Equatable, Sendable {
    /// For deadlines and durations: never goes back. Milliseconds since some point in the past.
    var monotonicMilliseconds: UInt64
    /// For records and expiries: milliseconds since 1970. May jump when the clock is set.
    var unixMilliseconds: UInt64

    /// Both times, in milliseconds.
    init(monotonicMilliseconds: UInt64, unixMilliseconds: UInt64) {
        self.monotonicMilliseconds = monotonicMilliseconds
        self.unixMilliseconds = unixMilliseconds
    }

    /// The machine's clocks.
    static var now: EngineTime {
        EngineTime(
            monotonicMilliseconds: MonotonicClock.nowMilliseconds, unixMilliseconds: WallClock.nowMilliseconds)
    }
}

/// A state machine that an ``EngineThread`` runs: events and time in, effects out.
protocol EngineCore: SendableMetatype {
    /// What comes in, from any thread.
    associatedtype Event: Sendable
    /// What is to be done, in this order. Stays on the engine's thread.
    associatedtype Effect

    /// Takes all events that came since the last call, in the order in which they were posted (of one producer; those
    /// of several are merged). Also called with none when ``nextDeadline`` has passed.
    mutating func handle(_ events: [Event], now: EngineTime) -> [Effect]

    /// When to be called at the latest, in monotonic milliseconds; nil for «only with events».
    var nextDeadline: UInt64? { get }
}
