/// The writing half of a log of segments: commits, expiry, housekeeping. Used by one thread at a time.
///
/// A commit is one frame at the end of the newest segment (the head): one write, one sync. Everything else follows
/// from that: the index in memory is what all frames together say; a segment without living messages is used again;
/// mostly dead ones are copied forward; removed ids move from frames to sorted runs (`Fold`), at which time the state
/// of all segments is written down, so that start-up needs only the frames since then.
package final class LogStore {
    let disk: any Disk
    let options: LogOptions
    let gate: any LogGate
    let report: QueueReportHandler
    /// What readers look at.
    package let memory: LogMemory
    let plan: LogPlan
    var summary = SegmentSummary.Writer()
    var sink = ByteSink(capacity: 1 << 16)
    /// The segment that frames are added to.
    var head: Head?
    /// The segment written last, when there is no head.
    var lastSealed: SealedSegment?
    var nextSequence: UInt64
    var nextSegment: UInt64
    var nextRun: UInt64
    var nonces: NonceSource
    var spares: Spares
    /// What the state on disk says.
    var durable: LogState
    var fold: Fold?
    var merge: RunMerge?
    var pass: CompactionPass?
    /// Files that go once no reader can want them.
    var dying: [Dying] = []
    /// What the writer couldn't read of runs.
    let damage: RunDamage
    /// Records on their way from one segment to another.
    var copies = ByteSink()
    /// Where the scan for expired messages goes on.
    var expiryCursor: UInt32 = 0
    /// The latest time that anybody named.
    var lastSeconds: UInt32 = 0
    /// Bytes of frames with appends since something was last done to give space back.
    var grownBytes = 0
    /// Removals that leave no tombstone, since the last fold.
    var forgottenSinceFold = 0
    var isHousekeepingFailing = false
    /// Whether the disk had no room when it was last asked for some.
    var isShortOfSpace = false
    private var roundsSinceSurvey = 0
    private var lastCommit: UInt64 = 0
    private var isClosed = false

    /// A segment that frames are added to.
    struct Head {
        let handle: UInt16
        var offset: Int
        var frames: UInt32
        /// Whether more frames may follow: not in a segment of an earlier opening, nor after a failed write, nor after a
        /// failed sync, since then nobody knows what the disk has of it.
        var acceptsFrames: Bool
        /// Whether a summary may be written: not after a failed write or sync.
        var acceptsSummary: Bool
        /// What the next segment is to say of it, once a summary is written.
        var sealed: SealedSegment?
    }

    /// A file on its way out, and since when no reader comes to it any more.
    enum Dying {
        case segment(UInt16, epoch: UInt64)
        case run(TombstoneRun, epoch: UInt64)
    }

    /// Opens the log on a disk, founding it if there is none, and loads its index.
    ///
    /// - Parameters:
    ///   - random: A number that no other opening of a store ever had.
    ///   - report: Told of damage and of failing housekeeping.
    package init(
        disk: any Disk, options: LogOptions, random: UInt64, gate: any LogGate = OpenGate(),
        report: @escaping QueueReportHandler = { _ in }
    ) throws(QueueOpenError) {
        self.disk = disk
        self.options = options
        self.gate = gate
        self.report = report
        let loaded = try LogLoader.load(disk: disk, random: random, report: report)
        memory = loaded.memory
        damage = RunDamage(report)
        plan = LogPlan(options: options, memory: memory, gate: gate, disk: disk, damage: damage)
        summary = loaded.takeSummary()
        head = loaded.head
        nextSequence = loaded.nextSequence
        nextSegment = loaded.nextSegment
        nextRun = loaded.nextRun
        nonces = loaded.nonces
        spares = loaded.spares
        durable = loaded.state
        lastSealed = nil
        noteDeadSegments()
    }

    /// Whether operations are refused.
    func checkOpen() throws(QueueError) { if isClosed { throw .closed } }

    /// Performs several submissions as one commit; answers once it is on stable storage.
    package func commit(
        _ submissions: [LogSubmission]
    ) throws(QueueError) -> (number: UInt64, outcomes: [[QueueOutcome]]) {
        try checkOpen()
        for submission in submissions { lastSeconds = max(lastSeconds, submission.nowSeconds) }
        try plan.evaluate(submissions, nextSequence: nextSequence)
        if plan.outcomes.allSatisfy(\.isEmpty) { return (lastCommit, plan.outcomes) }
        if plan.isEmpty {
            // Its number must be one of this opening.
            if lastCommit == 0, head.map({ !$0.acceptsFrames }) ?? true {
                try startSegment(forFrame: 0, appends: 0, usesReserve: false)
            }
            nextSequence = plan.nextSequence
        } else {
            let frame = FrameBuilder.Size(plan)
            try makeRoom(for: frame, usesReserve: frame.appends == 0)
            try write(frame, submissions)
            apply(frame)
        }
        lastCommit += 1
        return (lastCommit, plan.outcomes)
    }

    /// Drops what has expired, a bounded part a call.
    package func expire(nowSeconds: UInt32) throws(QueueError) -> QueueExpiry {
        try checkOpen()
        lastSeconds = max(lastSeconds, nowSeconds)
        let found = findExpired(nowSeconds: nowSeconds)
        if !found.slots.isEmpty {
            plan.evaluate(dropping: found.slots, nextSequence: nextSequence)
            let frame = FrameBuilder.Size(plan)
            try makeRoom(for: frame, usesReserve: true)
            try write(frame, [])
            apply(frame)
        }
        expiryCursor = found.nextCursor
        return QueueExpiry(messages: found.slots.count, isComplete: found.nextCursor == 0)
    }

    private func findExpired(nowSeconds: UInt32) -> (slots: ContiguousArray<UInt32>, nextCursor: UInt32) {
        var slots: ContiguousArray<UInt32> = []
        var cursor = expiryCursor
        let end = min(UInt64(memory.index.slotEnd), UInt64(cursor) + UInt64(QueueBounds.inspectedPerCall))
        while cursor < end {
            if memory.index.isHeld(cursor), memory.index.slot(cursor).expirySeconds <= nowSeconds {
                slots.append(cursor)
            }
            cursor += 1
            if slots.count == QueueBounds.expiredPerCall { break }
        }
        return (slots, cursor < memory.index.slotEnd ? cursor : 0)
    }

    /// Writes down where everything is, so that the next opening is quick. Further operations are refused.
    package func close() {
        guard !isClosed else { return }
        isClosed = true
        if hasNewsSinceState { finishByFolding() }
        closeFiles()
    }

    /// A commit number that comes after all before; called when a segment was started.
    func beginNumbers(ofSegment number: UInt64) { lastCommit = max(lastCommit, number << 32) }

    /// Whether it is time for a look at all segments: always when idle, else now and then.
    func isSurveyDue(isIdle: Bool) -> Bool {
        roundsSinceSurvey += 1
        guard isIdle || roundsSinceSurvey >= 16 else { return false }
        roundsSinceSurvey = 0
        return true
    }
}

// MARK: Frames

extension LogStore {
    /// Writes the plan's frame at the end of the head.
    private func write(_ frame: FrameBuilder.Size, _ submissions: [LogSubmission]) throws(QueueError) {
        let segment = headSegment
        FrameBuilder.build(plan, frame, submissions: submissions, head: head!, segment: segment, into: &sink)
        try writeFrame()
    }

    /// Writes the frame in `sink` at the end of the head and puts it on stable storage.
    func writeFrame() throws(QueueError) {
        let segment = headSegment
        do throws(DiskError) {
            try disk.writeBytes(sink.bytes, to: segment.file, at: head!.offset)
        } catch {
            // The place may be what is bad. For want of room it isn't: the same place serves once there is some.
            if error != .outOfSpace { retireFailedHead() }
            throw error.queueError(file: disk.location + SegmentRecord.name(segment.number))
        }
        do throws(DiskError) {
            try disk.synchronize(segment.file)
        } catch {
            retireFailedHead()
            throw error.queueError(file: disk.location + SegmentRecord.name(segment.number))
        }
    }

    private func retireFailedHead() {
        head!.acceptsFrames = false
        head!.acceptsSummary = false
    }

    /// The head's segment.
    var headSegment: SegmentRecord { memory.index.segments[head!.handle] }

    /// Brings memory to where the log is now.
    private func apply(_ frame: FrameBuilder.Size) {
        let handle = head!.handle
        var entry = headSegment.entryCount
        var offset = head!.offset + frame.directoryByteCount
        noteFrame(byteCount: frame.byteCount, hasRemovals: frame.removals > 0)
        if frame.appends > 0 { grownBytes += frame.byteCount }
        gate.change {
            for slot in plan.removedSlots { memory.remove(slot) }
            for append in plan.appends where !append.isCancelled {
                let place = LogPlace(offset: offset, entry: entry, length: Int(append.entry.length))
                let slot = memory.index.insert(
                    append.entry, recipientHash: append.recipientHash, append.fingerprint, segment: handle,
                    place: place)
                memory.markFresh(slot)
                summary.add(
                    SegmentSummary.Entry(entry: append.entry, place: place), recipientHash: append.recipientHash)
                entry += 1
                offset += append.entry.recordByteCount
            }
            for (removal, fingerprint) in zip(plan.removals, plan.fingerprints) where removal.tombstone != nil {
                memory.recent.insert(removal, fingerprint)
            }
            memory.index.segments[handle].end = head!.offset
            memory.epoch += 1
        }
        forgottenSinceFold += plan.removals.count
        nextSequence = plan.nextSequence
    }

    /// Notes that a frame stands at the end of the head.
    func noteFrame(byteCount: Int, hasRemovals: Bool) {
        if hasRemovals {
            summary.add(
                SegmentSummary.RemovalFrame(offset: head!.offset, entriesBefore: headSegment.entryCount))
        }
        head!.offset += byteCount
        head!.frames += 1
        head!.sealed = nil
    }
}
