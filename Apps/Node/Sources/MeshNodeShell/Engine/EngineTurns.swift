import MeshNode

/// What runs a core, wherever: a batch from the mailbox, to the core, its effects performed. Touched by one thread at a
/// time.
final class EngineTurns<Core: EngineCore>: @unchecked Sendable {
    // Without the run-time check of exclusive access, which one thread needs not.
    @exclusivity(unchecked) private var core: Core
    private let clock: @Sendable () -> Moment
    private let perform: ([Core.Effect]) -> Void
    private let finish: (Core) -> Void

    init(
        core: Core, clock: @escaping @Sendable () -> Moment, perform: @escaping ([Core.Effect]) -> Void,
        finish: @escaping (Core) -> Void
    ) {
        self.core = core
        self.clock = clock
        self.perform = perform
        self.finish = finish
    }

    /// When the next turn is due, in monotonic milliseconds, whether or not there are events; nil for «only with events».
    var nextDeadline: UInt64? { core.nextDeadline }

    /// One turn.
    func run(_ batch: borrowing EngineMailbox<Core.Event>.Batch) {
        let now = clock()
        if !batch.events.isEmpty || core.nextDeadline.map({ $0 <= now.monotonicMilliseconds }) ?? false {
            let effects = core.handle(batch.events, now: now)
            if !effects.isEmpty { perform(effects) }
        }
        for answer in batch.heartbeats { answer() }
    }

    /// There are no more turns.
    func end() { finish(core) }
}
