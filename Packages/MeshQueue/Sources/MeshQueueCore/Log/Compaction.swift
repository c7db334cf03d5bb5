/// Copies what lives out of mostly dead segments: one walk over all slots, in steps.
struct CompactionPass {
    /// The segments to be emptied.
    var victims: Set<UInt16>
    /// Where the walk goes on.
    var cursor: UInt32 = 0
}

/// What one round of housekeeping may do, so that it never stands long between two commits.
enum HousekeepingBudget {
    /// 1 MiB copied a round: some milliseconds.
    static let copiedBytes = 1 << 20
    /// 4,096 messages copied a round.
    static let copiedMessages = 4_096
    /// 8,192 entries of a run a round, two thirds of a megabyte; or four for each that the last commit removed: as many as
    /// a fold and the merges after it come to, so that runs don't pile up behind large commits.
    static func runEntries(removals: Int) -> Int { max(8_192, 4 * removals) }
    /// A segment is worth emptying when at most half of its file is alive: copying that costs no more than it frees.
    static let sparseFraction = 2
}

extension LogStore {
    /// Goes on with a pass.
    func stepPass() throws(QueueError) {
        guard var pass else { return }
        var batch = CopyBatch()
        let index = memory.index.slotEnd
        let end = UInt32(min(UInt64(index), UInt64(pass.cursor) + UInt64(QueueBounds.inspectedPerCall)))
        while pass.cursor < end, batch.byteCount < HousekeepingBudget.copiedBytes,
            batch.slots.count < HousekeepingBudget.copiedMessages
        {
            let slot = pass.cursor
            pass.cursor += 1
            guard memory.index.isHeld(slot), pass.victims.contains(memory.index.slot(slot).segment) else { continue }
            try read(slot, &batch)
        }
        if !batch.slots.isEmpty { try copy(batch) }
        self.pass = pass.cursor >= memory.index.slotEnd ? nil : pass
    }

    /// Messages on their way from one segment to another.
    private struct CopyBatch {
        var slots: ContiguousArray<UInt32> = []
        var entries: ContiguousArray<LogEntry> = []
        var size = FrameBuilder.Size()

        var byteCount: Int { size.recordByteCount }
    }

    /// Adds a message's record to `copies`; one that can't be read stays where it is, and its segment with it.
    private func read(_ number: UInt32, _ batch: inout CopyBatch) throws(QueueError) {
        let slot = memory.index.slot(number)
        let segment = memory.index.segments[slot.segment]
        let entry = LogEntry(
            key: memory.index.key(ofSlot: number), sequence: slot.sequence, expirySeconds: slot.expirySeconds,
            length: UInt16(slot.length))
        if batch.slots.isEmpty { copies.removeAll() }
        let before = copies.count
        let target = copies.extend(by: entry.recordByteCount)
        let count: Int
        do throws(DiskError) {
            count = try disk.readBytes(into: target, from: segment.file, at: slot.place.offset)
        } catch {
            giveUp(entry, in: slot.segment)
            throw error.queueError(file: disk.location + SegmentRecord.name(segment.number))
        }
        let isIntact = LogRecord.isIntact(UnsafeRawBufferPointer(target), length: slot.length, sequence: slot.sequence)
        guard count == target.count, isIntact else {
            copies.truncate(to: before)
            return giveUp(entry, in: slot.segment)
        }
        batch.slots.append(number)
        batch.entries.append(entry)
        batch.size.add(entry)
    }

    private func giveUp(_ entry: LogEntry, in handle: UInt16) {
        memory.index.segments[handle].isStuck = true
        var isNews = false
        gate.change { isNews = memory.noteDamage(entry.sequence) }
        guard isNews else { return }
        let name = SegmentRecord.name(memory.index.segments[handle].number)
        report(
            .damaged(
                QueueDamage(
                    recipient: entry.key.recipient, sequence: entry.sequence, id: entry.key.id,
                    detail: "its bytes in \(name) can't be read back")))
    }

    private func copy(_ batch: CopyBatch) throws(QueueError) {
        try makeRoom(for: batch.size, usesReserve: true)
        let segment = headSegment
        FrameBuilder.build(
            copies: batch.entries, records: copies.bytes, batch.size, nextSequence: nextSequence, head: head!,
            segment: segment, into: &sink)
        try writeFrame()
        let handle = head!.handle
        var entry = segment.entryCount
        var offset = head!.offset + batch.size.directoryByteCount
        noteFrame(byteCount: batch.size.byteCount, hasRemovals: false)
        gate.change {
            for (slot, message) in zip(batch.slots, batch.entries) {
                let place = LogPlace(offset: offset, entry: entry, length: Int(message.length))
                memory.index.move(slot, to: handle, place)
                let hash = memory.index.seed.hash(message.key.recipient)
                summary.add(SegmentSummary.Entry(entry: message, place: place), recipientHash: hash)
                entry += 1
                offset += message.recordByteCount
            }
            memory.index.segments[handle].end = head!.offset
            memory.epoch += 1
        }
    }
}
