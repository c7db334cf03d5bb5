import MeshNode

/// One thread that runs a core: takes a batch from the mailbox, gives it to the core, has the effects performed.
///
/// All state of the core is touched by this thread alone, so the core needs no lock. The thread sleeps until a batch,
/// the core's next deadline or the close, whichever comes first.
final class EngineThread<Core: EngineCore>: EngineHost, @unchecked Sendable {
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
        let turns = EngineTurns(core: core, clock: clock, perform: perform, finish: finish)
        POSIXThread.start(name: name) { [self] in
            Self.untilClosed(turns, mailbox)
            signal.withLock { hasEnded = true }
            signal.wake()
        }
    }

    /// Ends the thread and waits for its end.
    func stop() {
        mailbox.close()
        signal.withLock {
            while !hasEnded { signal.wait(until: nil) }
        }
    }

    private static func untilClosed(_ turns: EngineTurns<Core>, _ mailbox: EngineMailbox<Core.Event>) {
        var batch = EngineMailbox<Core.Event>.Batch()
        while !batch.isLast {
            mailbox.take(into: &batch, until: turns.nextDeadline)
            turns.run(batch)
            batch.clear()
        }
        turns.end()
    }
}
