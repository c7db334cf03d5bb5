public import NIOCore

/// All links of a process: the ones its listeners accepted and the ones it dialled, over all event loops of a group.
///
/// Any thread may call anything here. Sending takes one task on an event loop for each batch, and one flush for each
/// link and batch. See ``LinkHandler`` for what comes back and on which thread.
///
/// The hub keeps its handler alive until it is shut down.
public final class LinkHub: Sendable {
    /// The bounds that every link of this hub keeps.
    public let limits: LinkLimits
    let loops: [LinkLoop]
    private let loopsByEventLoop: [ObjectIdentifier: LinkLoop]
    let group: any EventLoopGroup
    private let counters = LinkCounters()

    /// Above the first number of bytes waiting to be written a link counts as not writable, below the second as
    /// writable again.
    public static let writableMarks = (high: LinkLimits.writableHighMark, low: LinkLimits.writableLowMark)

    /// Puts links onto the event loops of a group, which must outlive the hub.
    public init(group: any EventLoopGroup, limits: LinkLimits = LinkLimits(), handler: any LinkHandler) {
        let counters = counters
        let loops = Array(group.makeIterator()).enumerated().map { index, eventLoop in
            LinkLoop(index: index, eventLoop: eventLoop, limits: limits, counters: counters, handler: handler)
        }
        self.limits = limits
        self.loops = loops
        self.group = group
        loopsByEventLoop = Dictionary(uniqueKeysWithValues: loops.map { (ObjectIdentifier($0.eventLoop), $0) })
    }

    /// How many event loops there are; ``LinkHandle/loop`` is below it.
    public var loopCount: Int { loops.count }

    /// What has happened so far.
    public var statistics: LinkStatistics { counters.statistics }

    func loop(of eventLoop: any EventLoop) -> LinkLoop {
        guard let loop = loopsByEventLoop[ObjectIdentifier(eventLoop)] else {
            preconditionFailure("the event loop doesn't belong to the hub's group")
        }
        return loop
    }

    func nextLoop() -> LinkLoop { loop(of: group.next()) }
}

// Sending.
extension LinkHub {
    /// An empty batch for this hub's links.
    public func makeBatch() -> LinkBatch { LinkBatch(loopCount: loops.count) }

    /// Hands a batch over, one task for each event loop that has something to do, and leaves it empty. What is meant for
    /// the calling event loop itself is written at once. What is meant for links that are gone is dropped.
    public func submit(_ batch: inout LinkBatch) {
        for (index, loop) in loops.enumerated() where !batch.parts[index].commands.isEmpty {
            if loop.eventLoop.inEventLoop {
                loop.perform(batch.parts[index])
                batch.parts[index].clear()
            } else {
                let part = batch.parts[index]
                batch.parts[index] = LinkBatch.LoopPart()
                loop.eventLoop.execute { loop.perform(part) }
            }
        }
    }

    /// Sends whole frames to one link. Between calls from a link's own event loop this gathers what belongs to one
    /// turn; from elsewhere each call is a task of its own, so use a batch there.
    /// - Parameter frames: at most `WireLimits.message` bytes; not split.
    public func send(_ frames: ByteBuffer, to handle: LinkHandle) {
        let loop = loops[handle.loop]
        guard loop.eventLoop.inEventLoop else {
            var batch = makeBatch()
            batch.append(frames, to: handle)
            return submit(&batch)
        }
        loop[handle]?.append(frames)
        loop.scheduleTurnEnd()
    }

    /// Closes a link after what waits for it has been written, within ``LinkLimits/drainingTimeoutMilliseconds``.
    public func close(_ handle: LinkHandle) {
        let loop = loops[handle.loop]
        loop.eventLoop.execute { loop[handle]?.close(.closedHere, code: .normal) }
    }
}

// Back-pressure, and the end.
extension LinkHub {
    /// Stops reading from all links of one event loop, for a handler that can't keep up: the peers' sockets fill up
    /// and they wait. Each link may still hand over one read that was under way.
    public func pauseReading(loop index: Int) {
        setReading(paused: true, loop: index)
    }

    /// Goes on reading.
    public func resumeReading(loop index: Int) {
        setReading(paused: false, loop: index)
    }

    private func setReading(paused: Bool, loop index: Int) {
        let loop = loops[index]
        if loop.eventLoop.inEventLoop {
            loop.setReading(paused: paused)
        } else {
            loop.eventLoop.execute { loop.setReading(paused: paused) }
        }
    }

    /// Closes all links, each after what waits for it has been written and within
    /// ``LinkLimits/closingTimeoutMilliseconds``; dials under way fail. Listeners have to be closed before.
    ///
    /// When it returns, the handler hears nothing more.
    public func shutDown() async {
        for loop in loops {
            _ = try? await loop.eventLoop.flatSubmit { loop.shutDown() }.get()
        }
    }
}
