import MeshNode

extension Moment {
    /// The machine's clocks.
    static var current: Moment {
        Moment(monotonicMilliseconds: MonotonicClock.nowMilliseconds, wallMilliseconds: WallClock.nowMilliseconds)
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
    mutating func handle(_ events: [Event], now: Moment) -> [Effect]

    /// When to be called at the latest, in monotonic milliseconds; nil for «only with events».
    var nextDeadline: UInt64? { get }
}
