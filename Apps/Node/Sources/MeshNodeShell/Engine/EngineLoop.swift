import MeshNode
import NIOCore

/// Runs a core on an event loop, between the loop's own work.
///
/// For machines with so few cores that one event loop serves all links: there a thread of its own has no core to itself,
/// and each message would cost two switches between threads more. Where there are several loops, ``EngineThread`` does it.
final class EngineLoop<Core: EngineCore>: EngineHost, @unchecked Sendable {
    // Sendable: what changes is touched on `eventLoop`, but for what stands under `signal`'s lock.
    private let mailbox: EngineMailbox<Core.Event>
    private let eventLoop: any EventLoop
    private let turns: EngineTurns<Core>
    @exclusivity(unchecked) private var batch = EngineMailbox<Core.Event>.Batch()
    private var alarm: (due: UInt64, task: Scheduled<Void>)?
    private let signal = ThreadSignal()
    private var hasEnded = false  // under `signal`'s lock

    /// Starts to take what is in the mailbox; the parameters are those of ``EngineThread``.
    init(
        on eventLoop: any EventLoop, core: sending Core, mailbox: EngineMailbox<Core.Event>,
        clock: @escaping @Sendable () -> Moment = { .current },
        perform: sending @escaping ([Core.Effect]) -> Void,
        finish: sending @escaping (Core) -> Void = { _ in }
    ) {
        self.eventLoop = eventLoop
        self.mailbox = mailbox
        turns = EngineTurns(core: core, clock: clock, perform: perform, finish: finish)
        // Made once: a closure for each turn would be an allocation for each turn.
        let turn: @Sendable () -> Void = { [self] in self.turn() }
        mailbox.attach { eventLoop.execute(turn) }
        eventLoop.execute { self.setAlarm() }
    }

    /// Has the last turn run and waits for it. Not to be called on the event loop.
    func stop() {
        mailbox.close()
        signal.withLock {
            while !hasEnded { signal.wait(until: nil) }
        }
    }

    private func turn() {
        guard !batch.isLast else { return }
        mailbox.take(into: &batch)
        turns.run(batch)
        batch.clear()
        if batch.isLast { end() } else { setAlarm() }
    }

    /// One that rings too early does nothing but set itself anew, so it is only ever moved forward.
    private func setAlarm() {
        guard !batch.isLast, let due = turns.nextDeadline, due < alarm?.due ?? .max else { return }
        alarm?.task.cancel()
        let time = NIODeadline.uptimeNanoseconds(min(due, Self.latest) * 1_000_000)
        let task = eventLoop.scheduleTask(deadline: time) { [self] in
            alarm = nil
            turn()
        }
        alarm = (due, task)
    }

    /// Some centuries: the clock of event loops counts nanoseconds.
    private static var latest: UInt64 { UInt64(Int64.max) / 1_000_000 }

    private func end() {
        alarm?.task.cancel()
        alarm = nil
        mailbox.detach()
        turns.end()
        signal.withLock { hasEnded = true }
        signal.wake()
    }
}
