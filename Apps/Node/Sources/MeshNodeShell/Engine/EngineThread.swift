import MeshNode

/// One thread that runs a core: takes a batch from the mailbox, gives it to the core, has the effects performed.
///
/// All state of the core is touched by this thread alone, so the core needs no lock. The thread sleeps until a batch,
/// the core's next deadline or the close, whichever comes first.
final class EngineThread<Core: EngineCore>: @unchecked Sendable {
    /// Where its events come from. Closing it ends the thread.
    let mailbox: EngineMailbox<Core.Event>

    private let signal = ThreadSignal()
    private var hasEnded = false  // under `signal`'s lock

    /// Starts the thread.
    /// - Parameters:
    ///   - name: as tools show it; 15 bytes of it at most.
    ///   - core: goes over to the thread.
    ///   - mailbox: nobody else takes from it.
    ///   - clock: read once a batch.
    ///   - perform: called on the thread with the effects of one batch, if there are any. It mustn't block.
    ///   - finish: called on the thread with the core when everything is handled, before ``stop()`` returns.
    init(
        name: String, core: sending Core, mailbox: EngineMailbox<Core.Event>,
        clock: @escaping @Sendable () -> Moment = { .current },
        perform: sending @escaping ([Core.Effect]) -> Void,
        finish: sending @escaping (Core) -> Void = { _ in }
    ) {
        self.mailbox = mailbox
        let run = Run(core: core, mailbox: mailbox, clock: clock, perform: perform, finish: finish)
        POSIXThread.start(name: name) { [self] in
            run.untilClosed()
            signal.withLock { hasEnded = true }
            signal.wake()
        }
    }

    /// Has everything posted so far handled and performed, ends the thread and waits for its end. Not to be called on
    /// the thread itself; may be called by several and again.
    func stop() {
        mailbox.close()
        signal.withLock {
            while !hasEnded { signal.wait(until: nil) }
        }
    }

    /// What the thread owns.
    private final class Run: @unchecked Sendable {
        private var core: Core
        private let mailbox: EngineMailbox<Core.Event>
        private let clock: @Sendable () -> Moment
        private let perform: ([Core.Effect]) -> Void
        private let finish: (Core) -> Void

        init(
            core: Core, mailbox: EngineMailbox<Core.Event>, clock: @escaping @Sendable () -> Moment,
            perform: @escaping ([Core.Effect]) -> Void, finish: @escaping (Core) -> Void
        ) {
            self.core = core
            self.mailbox = mailbox
            self.clock = clock
            self.perform = perform
            self.finish = finish
        }

        func untilClosed() {
            var batch = EngineMailbox<Core.Event>.Batch()
            while !batch.isLast {
                mailbox.take(into: &batch, until: core.nextDeadline)
                turn(batch)
                batch.clear()
            }
            finish(core)
        }

        private func turn(_ batch: borrowing EngineMailbox<Core.Event>.Batch) {
            let now = clock()
            if !batch.events.isEmpty || core.nextDeadline.map({ $0 <= now.monotonicMilliseconds }) ?? false {
                let effects = core.handle(batch.events, now: now)
                if !effects.isEmpty { perform(effects) }
            }
            for answer in batch.heartbeats { answer() }
        }
    }
}
