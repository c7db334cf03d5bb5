extension LogStore {
    /// Does a bounded part of what is to be done between commits; returns whether more is left.
    ///
    /// - Parameter isIdle: Whether nothing waits for the writer: then small amounts are worth it too, and space is given
    ///   back.
    package func housekeep(isIdle: Bool) -> Bool {
        do throws(QueueError) {
            try checkOpen()
            try releaseDying(isIdle: isIdle)
            let isBusy = fold != nil || merge != nil || pass != nil
            // Removals must not pile up in memory behind a long merge.
            if fold == nil, isFoldDue { beginFold() }
            if isBusy { try step() } else { try begin(isIdle: isIdle) }
            isHousekeepingFailing = false
            return isIdle && (isBusy || fold != nil || merge != nil || pass != nil || !dying.isEmpty)
        } catch {
            if error == .closed { return false }
            recover(from: error)
            return false
        }
    }

    /// Whether anything is left to do.
    package var isHousekeepingPending: Bool {
        fold != nil || merge != nil || pass != nil || !dying.isEmpty || isHousekeepingFailing
    }

    private func step() throws(QueueError) {
        if fold != nil {
            _ = try stepFold(budget: HousekeepingBudget.runEntries(removals: plan.removals.count))
        } else if merge != nil {
            try stepMerge()
        } else {
            try stepPass()
        }
    }

    private func recover(from error: QueueError) {
        if !isHousekeepingFailing { report(.maintenanceFailed(error)) }
        isHousekeepingFailing = true
        pass = nil
        abandonMerge()
        // A fold makes room; what a merge would save isn't worth the reserve.
        if case .outOfSpace = error, fold != nil, let spare = spares.files.popLast() { try? disk.remove(spare.name) }
    }

    /// Looks for something to do.
    private func begin(isIdle: Bool) throws(QueueError) {
        guard isSurveyDue(isIdle: isIdle || isShortOfSpace) else { return }
        let survey = Survey(memory.index, head: head?.handle)
        // What makes room comes first, busy or not.
        if isShortOfSpace, beginWhenShort(survey) { return }
        let chosen = RunMerge.choose(from: memory.runs, damaged: damage.runs, nowSeconds: lastSeconds)
        if !chosen.isEmpty { return try beginMerge(chosen) }
        if isIdle { beginWhenIdle(survey) } else { beginWhenBusy(survey) }
    }

    private var isFoldDue: Bool {
        memory.recent.byteCount >= options.tombstoneBytesPerFold || forgottenSinceFold >= Self.forgottenPerFold
    }

    /// 262,144 removals without tombstones: some tens of milliseconds of start-up.
    private static let forgottenPerFold = 262_144

    /// A busy log may be twice as large as what it holds, or have some slack while that is little. Beyond that, for each
    /// byte that appends add two are given back. While nothing is appended nothing is copied: in a drain most of what
    /// lives dies by itself, and frames of removals alone go with the next fold.
    private func beginWhenBusy(_ survey: Survey) {
        let isOverLimit = survey.deadBytes + survey.sparseBytes > max(options.slackBytes, memory.index.liveBytes)
        guard isOverLimit, grownBytes > 0 else {
            grownBytes = 0
            return
        }
        let wanted = 2 * grownBytes
        if survey.deadBytes >= wanted || survey.deadBytes > options.slackBytes {
            grownBytes = 0
            return beginFold()
        }
        guard grownBytes >= options.slackBytes / 8 else { return }
        grownBytes = 0
        pass = CompactionPass(victims: survey.emptiest(freeing: wanted, memory.index))
    }

    /// On a full disk: dead segments go; else one is emptied whose messages fit the reserve. False if there is none.
    private func beginWhenShort(_ survey: Survey) -> Bool {
        if survey.deadBytes >= options.smallestSegmentBytes {
            beginFold()
            return true
        }
        // Half of it: the rest is for directory and summary.
        let room = (spares.files.map(\.capacity).max() ?? 0) / 2
        let victims = survey.emptiest(freeing: 1, memory.index)
        guard let victim = victims.first, memory.index.segments[victim].liveBytes <= room else { return false }
        pass = CompactionPass(victims: victims)
        return true
    }

    private func beginWhenIdle(_ survey: Survey) {
        if isHeadDead {
            retireHead()
            beginFold()
        } else if survey.deadBytes >= options.smallestSegmentBytes {
            beginFold()
        } else if !isShortOfSpace, survey.sparseBytes + sparseHeadBytes >= options.smallestSegmentBytes {
            var victims = survey.victims
            if sparseHeadBytes > 0, let head {
                victims.insert(head.handle)
                retireHead()
            }
            pass = CompactionPass(victims: victims)
        } else {
            trimSpares()
        }
    }

    /// Whether nothing lives in the head, and enough is dead to begin another.
    private var isHeadDead: Bool {
        guard head != nil else { return false }
        let segment = headSegment
        let isLarge = segment.capacity > options.smallestSegmentBytes
        return segment.liveCount == 0 && segment.usedBytes > (isLarge ? 0 : options.smallestSegmentBytes / 2)
    }

    /// Bytes that emptying the head would free, if it is worth it.
    private var sparseHeadBytes: Int {
        guard head != nil else { return 0 }
        let segment = headSegment
        let deadBytes = segment.usedBytes - segment.liveBytes
        return deadBytes * HousekeepingBudget.sparseFraction >= segment.capacity
            ? segment.capacity - segment.liveBytes : 0
    }

    private func retireHead() {
        lastSealed = sealHead()
        head = nil
    }
}

/// What there is to gain.
private struct Survey {
    /// Bytes of segments in which nothing lives.
    var deadBytes = 0
    /// Mostly dead segments.
    var victims: Set<UInt16> = []
    /// Bytes that emptying them would free.
    var sparseBytes = 0

    init(_ index: borrowing MessageIndex, head: UInt16?) {
        for handle in index.segments.handles where handle != head {
            let (capacity, live) = (index.segments[handle].capacity, index.segments[handle].liveBytes)
            if index.segments[handle].isDying { continue }
            if index.segments[handle].liveCount == 0 {
                deadBytes += capacity
            } else if live * HousekeepingBudget.sparseFraction <= capacity, !index.segments[handle].isStuck {
                victims.insert(handle)
                sparseBytes += capacity - live
            }
        }
    }
}

extension Survey {
    /// The emptiest segments that together free so many bytes.
    fileprivate func emptiest(freeing wanted: Int, _ index: borrowing MessageIndex) -> Set<UInt16> {
        var chosen: Set<UInt16> = []
        var freed = 0
        let candidates = victims.map {
            (handle: $0, live: index.segments[$0].liveBytes, capacity: index.segments[$0].capacity)
        }
        for victim in candidates.sorted(by: { ($0.live, $0.handle) < ($1.live, $1.handle) }) where freed < wanted {
            chosen.insert(victim.handle)
            freed += victim.capacity - victim.live
        }
        return chosen
    }
}

// MARK: Files that go

extension LogStore {
    /// Segments in which nothing lives, and which the state on disk doesn't name, may go.
    func noteDeadSegments() {
        for handle in memory.index.segments.handles where handle != head?.handle {
            let segment = memory.index.segments[handle]
            guard segment.liveCount == 0, !segment.isListed, !segment.isDying, segment.number < durable.nextSegment
            else { continue }
            memory.index.segments[handle].isDying = true
            dying.append(.segment(handle, epoch: memory.epoch))
        }
    }

    private func releaseDying(isIdle: Bool) throws(QueueError) {
        var left: [Dying] = []
        var failure: (error: DiskError, file: String)?
        for file in dying {
            switch file {
            case .segment(let handle, let epoch) where failure == nil && gate.mayRelease(epoch):
                do throws(DiskError) {
                    try release(handle, isIdle: isIdle)
                } catch {
                    failure = (error, SegmentRecord.name(memory.index.segments[handle].number))
                    left.append(file)
                }
            case .run(let run, let epoch) where failure == nil && gate.mayRelease(epoch):
                do throws(DiskError) {
                    try disk.remove(TombstoneRun.name(run.number))
                    disk.close(run.file)
                } catch {
                    failure = (error, TombstoneRun.name(run.number))
                    left.append(file)
                }
            default: left.append(file)
            }
        }
        dying = left
        if let failure { throw failure.error.queueError(file: disk.location + failure.file) }
    }

    /// Sets a segment's file aside for another, or removes it.
    private func release(_ handle: UInt16, isIdle: Bool) throws(DiskError) {
        let segment = memory.index.segments[handle]
        let isKept = spares.byteCount + segment.capacity <= (isIdle ? 0 : options.slackBytes)
        if isKept || spares.files.isEmpty && segment.capacity <= options.smallestSegmentBytes {
            let name = spares.takeName()
            try disk.rename(SegmentRecord.name(segment.number), to: name)
            spares.files.append(Spares.Spare(name: name, capacity: segment.capacity))
        } else {
            try disk.remove(SegmentRecord.name(segment.number))
        }
        disk.close(segment.file)
        gate.change { memory.index.segments.remove(handle) }
    }
}

// MARK: Merging

extension LogStore {
    private func beginMerge(_ runs: [TombstoneRun]) throws(QueueError) {
        defer { nextRun += 1 }
        merge = try RunMerge(
            of: runs, number: nextRun, nowSeconds: lastSeconds, seed: memory.index.seed, disk: disk, damage: damage)
    }

    private func stepMerge() throws(QueueError) {
        guard let merge, try merge.step(budget: HousekeepingBudget.runEntries(removals: plan.removals.count))
        else { return }
        let isEmpty = merge.builder.entryCount == 0
        var state = durable
        state.runs.removeAll { merge.inputs.contains($0.number) }
        if !isEmpty { state.runs.append(merge.builder.state) }
        state.nextRun = nextRun
        try writeState(state)
        if isEmpty { merge.builder.abandon() }
        let gone = memory.runs.filter { merge.inputs.contains($0.number) }
        gate.change {
            memory.runs.removeAll { merge.inputs.contains($0.number) }
            // The entries are older than all that was folded since, so they come first.
            if !isEmpty { memory.runs.insert(merge.builder.run, at: 0) }
            memory.epoch += 1
        }
        for run in gone { dying.append(.run(run, epoch: memory.epoch)) }
        self.merge = nil
    }

    private func abandonMerge() {
        guard let merge else { return }
        merge.builder.abandon()
        self.merge = nil
    }
}
