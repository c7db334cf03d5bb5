import NIOCore

/// The links of one event loop: their table, what is to be flushed, and the clock they share.
///
/// All links read the same coarse time and are looked at by one repeated task: a timer for each of ten thousand links
/// would cost more memory than the link itself. What changes is touched on one thread, so what every message touches goes
/// without the run-time check of exclusive access.
final class LinkLoop: @unchecked Sendable {
    // Sendable: everything that changes is touched on `eventLoop` only, which each entry point asserts.
    let index: Int
    let eventLoop: any EventLoop
    let limits: LinkLimits
    let counters: LinkCounters
    let receiveMemory = ReceiveMemory()

    /// Gone when the hub has shut down, so that owner and hub don't keep each other alive.
    private(set) var handler: (any LinkHandler)?
    /// Milliseconds of a monotonic clock, refreshed with each tick.
    @exclusivity(unchecked) private(set) var now: UInt64 = 0
    private(set) var isShuttingDown = false
    private(set) var isReadingPaused = false

    @exclusivity(unchecked) private var slots: [Slot] = []
    private var freeSlots: [Int] = []
    private var occupied = 0
    @exclusivity(unchecked) private var dirty: [LinkConnection] = []
    /// Links with something that nobody waits for.
    @exclusivity(unchecked) private var unhurried: [LinkConnection] = []
    private var heldReads: [LinkConnection] = []
    private var tick: RepeatedTask?
    @exclusivity(unchecked) private var isTurnEndDue = false
    private var turnEnd: @Sendable () -> Void = {}
    private var whenEmpty: [EventLoopPromise<Void>] = []

    private struct Slot {
        var connection: LinkConnection?
        var generation: UInt32
    }

    init(
        index: Int, eventLoop: any EventLoop, limits: LinkLimits, counters: LinkCounters, handler: any LinkHandler
    ) {
        self.index = index
        self.eventLoop = eventLoop
        self.limits = limits
        self.counters = counters
        self.handler = handler
        // Made once: a closure for each turn would be an allocation for each turn.
        turnEnd = { [weak self] in self?.endTurn() }
    }
}

// The table.
extension LinkLoop {
    /// Gives a connection its handle.
    func register(_ connection: LinkConnection) -> LinkHandle {
        eventLoop.assertInEventLoop()
        now = Self.clock()
        occupied += 1
        startTick()
        let slot = freeSlots.popLast() ?? slots.count
        if slot == slots.count { slots.append(Slot(connection: nil, generation: 0)) }
        slots[slot].connection = connection
        return LinkHandle(loop: index, slot: slot, generation: slots[slot].generation)
    }

    /// Takes a connection that is gone out of the table.
    func unregister(_ handle: LinkHandle) {
        eventLoop.assertInEventLoop()
        guard self[handle] != nil else { return }
        slots[handle.slot].connection = nil
        slots[handle.slot].generation = (handle.generation + 1) & 0xff_ffff
        freeSlots.append(handle.slot)
        occupied -= 1
        if occupied == 0 { becomeEmpty() }
    }

    /// The connection of that name, nil if it is gone.
    subscript(handle: LinkHandle) -> LinkConnection? {
        guard handle.slot < slots.count, slots[handle.slot].generation == handle.generation else { return nil }
        return slots[handle.slot].connection
    }

    /// Everything in the table.
    var connections: [LinkConnection] { slots.compactMap(\.connection) }

    private func becomeEmpty() {
        tick?.cancel()
        tick = nil
        let waiting = whenEmpty
        whenEmpty = []
        if isShuttingDown { dismissHandler() }
        for promise in waiting { promise.succeed() }
    }
}

// Turns.
extension LinkLoop {
    /// The handler hears the end of its last turn and nothing after it.
    private func dismissHandler() {
        if isTurnEndDue { handler?.linkTurnEnded(loop: index) }
        handler = nil
    }

    /// Carries out one thread's batch; one flush for each link that got something.
    func perform(_ part: LinkBatch.LoopPart) {
        eventLoop.assertInEventLoop()
        part.frames.withUnsafeReadableBytes { frames in
            for command in part.commands {
                switch command {
                case .write(let handle, let offset, let count, let isUrgent):
                    let piece = UnsafeRawBufferPointer(rebasing: frames[offset..<(offset + count)])
                    self[handle]?.append(piece, isUrgent: isUrgent)
                case .send(let handle, let frames): self[handle]?.append(frames)
                case .close(let handle): self[handle]?.close(.closedHere, code: .normal)
                }
            }
        }
        flushDirty()
    }

    /// A link has something to flush.
    func markDirty(_ connection: LinkConnection) {
        dirty.append(connection)
    }

    /// A link has something to flush before long; nothing urgent may take it along.
    func markUnhurried(_ connection: LinkConnection) {
        if unhurried.isEmpty {
            let delay = TimeAmount.milliseconds(LinkLimits.unhurriedMilliseconds)
            _ = eventLoop.scheduleTask(in: delay) { [weak self] in self?.flushUnhurried() }
        }
        unhurried.append(connection)
    }

    private func flushUnhurried() {
        let waiting = unhurried
        unhurried = []
        for connection in waiting where connection.isUnhurried { connection.flush() }
        flushDirty()
    }

    /// The handler was or will be told something in this turn, or a link has something to flush: the end of the turn
    /// comes after everything that is ready has been read.
    func scheduleTurnEnd() {
        guard !isTurnEndDue else { return }
        isTurnEndDue = true
        eventLoop.execute(turnEnd)
    }

    private func endTurn() {
        isTurnEndDue = false
        handler?.linkTurnEnded(loop: index)
        flushDirty()
    }

    private func flushDirty() {
        // A flush can tell the handler something, which may make further links dirty.
        var next = 0
        while next < dirty.count {
            dirty[next].flush()
            next += 1
        }
        dirty.removeAll(keepingCapacity: true)
    }
}

// Time.
extension LinkLoop {
    private func startTick() {
        guard tick == nil else { return }
        let interval = TimeAmount.milliseconds(Int64(limits.tickMilliseconds))
        tick = eventLoop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { [weak self] _ in
            self?.sweep()
        }
    }

    private func sweep() {
        now = Self.clock()
        for slot in slots.indices { slots[slot].connection?.checkDeadlines() }
    }

    private static func clock() -> UInt64 { NIODeadline.now().uptimeNanoseconds / 1_000_000 }
}

// Reading, and the end.
extension LinkLoop {
    /// Whether a link may ask for more to read; if not, it is asked again when reading goes on.
    func mayRead(_ connection: LinkConnection) -> Bool {
        guard isReadingPaused else { return true }
        heldReads.append(connection)
        return false
    }

    /// Stops or goes on reading from all links of this loop.
    func setReading(paused: Bool) {
        eventLoop.assertInEventLoop()
        isReadingPaused = paused
        guard !paused else { return }
        let held = heldReads
        heldReads = []
        for connection in held { connection.resumeReading() }
    }

    /// Closes all links and takes no new ones.
    /// - Returns: succeeds when the last one is gone; the handler hears nothing after that.
    func shutDown() -> EventLoopFuture<Void> {
        eventLoop.assertInEventLoop()
        let promise = eventLoop.makePromise(of: Void.self)
        isShuttingDown = true
        setReading(paused: false)
        whenEmpty.append(promise)
        for slot in slots.indices { slots[slot].connection?.close(.shutdown, code: .goingAway) }
        if occupied == 0 { becomeEmpty() }
        return promise.futureResult
    }
}
