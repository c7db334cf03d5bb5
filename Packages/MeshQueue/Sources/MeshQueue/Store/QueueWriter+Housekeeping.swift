import MeshQueueCore

/// What one round of housekeeping may do, so that it never stands long between two commits.
private enum HousekeepingBudget {
    /// 32 chunks dropped or copied a round: 2 MiB of rows freed, at most 512 KiB copied.
    static let chunks = 32
    /// 16 pages of a fold or merge a round: 128 KiB.
    static let pages = 16
    /// 64 garbage rows a round.
    static let rows = 64
    /// 8 chunks must wait before a busy writer begins a round, so that its fixed cost is shared.
    static let worthwhile = 8
    /// 1,024 sparse chunks (64 MiB) may wait for an idle moment, or as many as the living messages would fill: until
    /// then most of them die by themselves and needn't be copied. So a busy file is at most twice as large as it need be.
    static let sparseChunks = 1_024
}

extension QueueWriter {
    /// What a round did to the index's chunks, for when it is committed.
    private struct Round {
        var dropped: [GivenUpChunk] = []
        var moves: [(slot: UInt32, placement: ChunkBuilder.Placement, length: UInt16)] = []
        var examined = 0
        var isFoldDone = false
        var isMergeDone = false
        var garbageDone = false
    }

    /// Does a bounded part of what is to be done, in a transaction of its own; returns whether more is left.
    ///
    /// - Parameter isIdle: Whether nothing waits for the writer: then small amounts are worth it too.
    func housekeep(isIdle: Bool) -> Bool {
        beginFoldIfDue()
        beginMerge()
        forgetGoneSparse()
        let copies = isIdle ? !sparse.isEmpty : sparseCount > sparseLimit
        let hasPages = fold != nil || merge != nil || !garbage.isEmpty
        let worthwhile = isIdle ? 1 : HousekeepingBudget.worthwhile
        guard copies || hasPages || deletable.count >= worthwhile else { return false }
        do throws(QueueError) {
            try runRound(copies: copies)
            isHousekeepingFailing = false
            return isIdle && (!sparse.isEmpty || !deletable.isEmpty || fold != nil || merge != nil || !garbage.isEmpty)
        } catch {
            abandonMerge()
            if !isHousekeepingFailing { context.report(.maintenanceFailed(error)) }
            isHousekeepingFailing = true
            return false
        }
    }

    /// How many sparse chunks a busy writer leaves alone.
    private var sparseLimit: Int {
        max(HousekeepingBudget.sparseChunks, shared.view { $0.totals.bytes } / ChunkMeta.dataByteCount)
    }

    /// Whether anything is left to do.
    var isHousekeepingPending: Bool {
        !sparse.isEmpty || !givenUp.isEmpty || fold != nil || merge != nil || !garbage.isEmpty
    }

    /// Chunks whose rows may go now.
    private var deletable: ArraySlice<GivenUpChunk> {
        givenUp.prefix { shared.mayDelete(givenUpIn: $0.epoch) }[...]
    }

    private func runRound(copies: Bool) throws(QueueError) {
        var round = Round()
        var nextFold = fold
        var journal = JournalWriter(
            counters: Journal.Counters(nextSequence: state.nextSequence, nextChunk: state.nextChunk),
            nextCounter: nextCounter)
        round.dropped = Array(deletable.prefix(HousekeepingBudget.chunks))
        try database.transaction(isDurable: false) { () throws(QueueError) in
            for dropped in round.dropped { try database.deleteChunk(row: dropped.chunk.row) }
            if copies { try copyForward(&round, &journal) } else { builder.begin(nextRow: state.nextChunk) }
            try stepPages(&nextFold, &round)
            try sweep(&round)
        }
        fold = nextFold
        apply(round, journal)
    }

    private func apply(_ round: Round, _ journal: JournalWriter) {
        nextCounter = journal.nextCounter
        state.nextChunk = builder.nextRow
        givenUp.removeFirst(round.dropped.count)
        sparse.removeLast(round.examined)
        changeIndex { index, note in
            for dropped in round.dropped { index.removeChunk(dropped.chunk.number) }
            let chunks = addChunks(to: &index)
            for move in round.moves {
                let old = index.slot(move.slot).place.chunk
                let change = index.move(
                    move.slot,
                    to: QueueIndex.Place(
                        chunk: chunks[Int(move.placement.chunk)], entry: move.placement.entry,
                        offset: move.placement.offset, length: move.length))
                note(old, change, index)
            }
        }
        if round.isFoldDone { finishFold() }
        if round.isMergeDone { finishMerge() }
        if round.garbageDone { garbage.removeFirst() }
    }

    private func sweep(_ round: inout Round) throws(QueueError) {
        guard let first = garbage.first else { return }
        round.garbageDone = try database.delete(
            from: first.table, keys: first.keys, limit: HousekeepingBudget.rows)
    }
}

// MARK: Chunks

extension QueueWriter {
    /// Copies the living messages of chunks that are mostly dead to new ones.
    private func copyForward(_ round: inout Round, _ journal: inout JournalWriter) throws(QueueError) {
        builder.begin(nextRow: state.nextChunk)
        var deaths: ContiguousArray<Journal.Death> = []
        var copied = 0
        for chunk in sparse.reversed() {
            if copied == HousekeepingBudget.chunks { break }
            round.examined += 1
            let live = shared.view { Self.live(chunk, in: $0) }
            guard live > 0 else { continue }
            copied += 1
            if try copy(chunk.number, row: chunk.row, live: live, &round) {
                deaths.append(Journal.Death(chunkRow: chunk.row, entry: Journal.wholeChunk))
            }
        }
        try builder.finish(in: database)
        journal.counters.nextChunk = builder.nextRow
        try journal.write(deaths: deaths, tombstones: [], to: database, sink: &sink)
    }

    /// Copies one chunk's living messages; false if it has to stay because it can't be read.
    private func copy(_ chunk: UInt32, row: UInt64, live: Int, _ round: inout Round) throws(QueueError) -> Bool {
        let living = try livingEntries(of: chunk, row: row)
        guard living.count == live else {
            context.report(
                .maintenanceFailed(.damaged(file: database.file, detail: "the list of messages of chunk \(row)")))
            return false
        }
        // All of it is read before any of it is copied: a chunk moves as a whole or stays.
        guard try readRecords(of: living, row: row) else { return false }
        var start = 0
        for message in living {
            let end = start + message.entry.recordByteCount
            let record = UnsafeRawBufferPointer(rebasing: copies.bytes[start..<end])
            let placement = try builder.add(message.entry, record: record, to: database)
            round.moves.append((message.slot, placement, message.entry.length))
            start = end
        }
        return true
    }

    private func readRecords(of living: [LivingEntry], row: UInt64) throws(QueueError) -> Bool {
        copies.removeAll()
        for message in living {
            let target = copies.extend(by: message.entry.recordByteCount)
            guard try database.readRecord(row: row, offset: message.offset, into: target) else { return false }
        }
        return true
    }

    /// How many messages live in a chunk that was sparse at one time; 0 if it is gone.
    private static func live(_ chunk: ChunkReference, in index: borrowing QueueIndex) -> Int {
        let isStill = index.isChunk(chunk.number) && index.row(ofChunk: chunk.number) == chunk.row
        return isStill ? index.live(ofChunk: chunk.number) : 0
    }

    /// Keeps the list of sparse chunks within a multiple of those that still are, though nobody copies them.
    private func forgetGoneSparse() {
        guard sparse.count > 2 * sparseCount + HousekeepingBudget.sparseChunks else { return }
        shared.view { index in sparse.removeAll { Self.live($0, in: index) == 0 } }
    }

    private struct LivingEntry {
        let entry: ChunkMeta.Entry
        let offset: Int
        let slot: UInt32
    }

    private func livingEntries(of chunk: UInt32, row: UInt64) throws(QueueError) -> [LivingEntry] {
        var living: [LivingEntry] = []
        _ = try database.withMeta(row: row) { bytes in
            shared.view { index in
                let dead = index.dead(ofChunk: chunk)
                try? ChunkMeta.read(bytes, row: row) { number, offset, entry in
                    guard !dead.contains(UInt8(number)) else { return }
                    let slot = Self.slot(of: entry, chunk: chunk, number: number, in: index)
                    if let slot { living.append(LivingEntry(entry: entry, offset: offset, slot: slot)) }
                }
            }
        }
        return living
    }

    private static func slot(
        of entry: ChunkMeta.Entry, chunk: UInt32, number: Int, in index: borrowing QueueIndex
    ) -> UInt32? {
        let fingerprint = index.seed.fingerprint(entry.recipient, entry.id)
        var probe = index.probe(fingerprint)
        while let slot = index.next(&probe, fingerprint: fingerprint) {
            let place = index.slot(slot).place
            if place.chunk == chunk, Int(place.entry) == number { return slot }
        }
        return nil
    }
}

// MARK: Tombstones

extension QueueWriter {
    private func beginFoldIfDue() {
        guard fold == nil else { return }
        let isDue =
            tables.recent.count >= context.options.tombstonesPerFold
            || unfoldedDeaths >= 2 * context.options.tombstonesPerFold
        if isDue { beginFold() }
    }

    /// Starts to fold what the journal holds now.
    func beginFold() {
        guard fold == nil else { return }
        let groups = tables.freeze()
        fold = Fold(
            foldedCounter: nextCounter - 1, generation: nextGeneration, firstRun: state.nextRun,
            groups: groups)
        state.nextRun += UInt64(groups.count)
        nextGeneration += 1
        unfoldedDeaths = 0
    }

    private func beginMerge() {
        guard fold == nil, merge == nil else { return }
        merge = RunMerge(of: tables.runs, number: state.nextRun)
        if merge != nil { state.nextRun += 1 }
    }

    private func stepPages(_ fold: inout Fold?, _ round: inout Round) throws(QueueError) {
        if fold != nil {
            let isWritten = try shared.view { (index) throws(QueueError) in
                try fold!.step(
                    budget: HousekeepingBudget.pages, database: database, index: index, sink: &sink)
            }
            guard isWritten, let done = fold else { return }
            for run in done.runs { try database.insertRun(run) }
            try database.write(stateFolded(by: done))
            round.isFoldDone = true
        } else if let merge {
            let isWritten = try merge.step(
                budget: HousekeepingBudget.pages, database: database, tables: tables, sink: &sink)
            guard isWritten else { return }
            try database.insertRun(merge.merged)
            for number in merge.inputs.sorted() { try database.deleteRun(number) }
            round.isMergeDone = true
        }
    }

    private func stateFolded(by fold: Fold) -> StateBlock {
        var next = state
        next.foldedCounter = fold.foldedCounter
        next.deadGeneration = fold.generation
        next.nextChunk = builder.nextRow
        return next
    }

    private func finishFold() {
        guard let done = fold else { return }
        let old = state.deadGeneration
        state = stateFolded(by: done)
        tables.finishFold(done.runs)
        garbage.append(
            Garbage(
                table: .deadPage,
                keys: DeadPage.row(generation: old, page: 0)...DeadPage.row(generation: old, page: Int(UInt32.max))))
        fold = nil
    }

    private func finishMerge() {
        guard let done = merge else { return }
        tables.replace(done.inputs, with: done.merged)
        for number in done.inputs.sorted() {
            garbage.append(Garbage(table: .runPage, keys: TombstoneRun.keys(number)))
        }
        merge = nil
    }

    private func abandonMerge() {
        guard let abandoned = merge else { return }
        garbage.append(Garbage(table: .runPage, keys: TombstoneRun.keys(abandoned.number)))
        merge = nil
    }

    /// Forgets tombstones whose day is over: their runs at once, their journal rows bit by bit.
    func dropPastTombstones(nowSeconds: UInt32) throws(QueueError) {
        let past = tables.runs.filter { JournalKey.isPast(bucket: $0.bucket, nowSeconds: nowSeconds) }
        if !past.isEmpty {
            if let merge, JournalKey.isPast(bucket: merge.bucket, nowSeconds: nowSeconds) { abandonMerge() }
            try database.transaction(isDurable: false) { () throws(QueueError) in
                for run in past { try database.deleteRun(run.number) }
            }
            tables.replace(Set(past.map(\.number)), with: nil)
            for run in past { garbage.append(Garbage(table: .runPage, keys: run.keys)) }
        }
        try dropPastJournal(nowSeconds: nowSeconds)
    }

    /// Rows in past buckets, and rows without tombstones, are garbage once folded. A past bucket with rows that aren't
    /// asks for a fold.
    private func dropPastJournal(nowSeconds: UInt32) throws(QueueError) {
        guard garbage.isEmpty else { return }
        var next: UInt64? = 0
        while let start = next, let key = try database.firstJournalKey(from: start) {
            guard key.bucket == 0 || JournalKey.isPast(bucket: key.bucket, nowSeconds: nowSeconds) else { return }
            if key.counter <= state.foldedCounter {
                let end = JournalKey(bucket: key.bucket, counter: state.foldedCounter)
                garbage.append(Garbage(table: .journal, keys: key.raw...end.raw))
            } else if key.bucket > 0 {
                beginFold()
            }
            next = key.bucket == .max ? nil : JournalKey(bucket: key.bucket + 1, counter: 0).raw
        }
    }
}
