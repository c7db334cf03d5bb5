import MeshQueueCore

/// The writing half of a store: commits, expiry, housekeeping. Used by one thread at a time.
final class QueueWriter {
    let context: StoreContext
    let database: ChunkDatabase
    let shared: SharedIndex
    let tables: TombstoneTables
    let plan: CommitPlan
    @exclusivity(unchecked) var builder = ChunkBuilder()
    var sink = ByteSink()
    /// Records on their way from one chunk to another.
    var copies = ByteSink(capacity: ChunkMeta.dataByteCount)
    var state: StateBlock
    var nextCounter: UInt64
    /// The number of the last commit: the epoch above, a count below.
    private var lastCommit: UInt64 = 0
    /// Chunks that are mostly dead, to be copied forward; some may be gone meanwhile.
    var sparse: ContiguousArray<ChunkReference> = []
    /// How many of them are not; those that can't be read count, though they are listed no more.
    var sparseCount = 0
    /// Chunks without a living message, whose rows go as soon as no reader can want them.
    var givenUp: ContiguousArray<GivenUpChunk> = []
    var fold: Fold?
    var merge: RunMerge?
    /// The next fold's dead pages; higher than any in the file, whether it counts or not.
    var nextGeneration: UInt64
    /// Rows that nothing refers to.
    var garbage: [Garbage]
    /// Deaths in the journal since the last fold.
    var unfoldedDeaths: Int
    /// Where the scan for expired messages goes on.
    var expiryCursor: UInt32 = 0
    var isHousekeepingFailing = false

    /// A chunk; its number may be another's later, its row never.
    struct ChunkReference: Hashable {
        let number: UInt32
        let row: UInt64
    }

    /// A chunk on its way out, and since when no reader comes to it any more.
    struct GivenUpChunk {
        let chunk: ChunkReference
        let epoch: UInt64
    }

    /// Rows to be deleted.
    struct Garbage {
        let table: ChunkDatabase.KeyedTable
        let keys: ClosedRange<UInt64>
    }

    init(context: StoreContext, database: ChunkDatabase, loaded: LoadedStore) {
        self.context = context
        self.database = database
        state = loaded.state
        nextCounter = loaded.nextCounter
        garbage = loaded.garbage
        nextGeneration = loaded.nextGeneration
        unfoldedDeaths = loaded.unfoldedDeaths
        tables = TombstoneTables(database: database, report: context.report)
        tables.runs = loaded.runs
        for entry in loaded.recentTombstones {
            tables.insert(Fingerprint(raw: entry.fingerprint), at: TombstoneLocator(raw: entry.locator))
        }
        shared = SharedIndex(loaded.takeIndex())
        plan = CommitPlan(
            context: context, lookup: RecordLookup(database: database, shared: shared), tombstoneTables: tables)
        let changes = loaded.changes
        changeIndex { index, note in
            for (chunk, change) in changes { note(chunk, change, index) }
        }
    }

    /// Changes the index, and takes note of what that does to chunks.
    func changeIndex(
        _ body: (inout QueueIndex, _ note: (UInt32, ChunkChange, borrowing QueueIndex) -> Void) -> Void
    ) {
        var emptied: ContiguousArray<ChunkReference> = []
        let epoch = shared.change { index in
            body(&index) { number, change, index in
                if change == .none { return }
                let chunk = ChunkReference(number: number, row: index.row(ofChunk: number))
                switch change {
                case .none: break
                case .sparse:
                    sparse.append(chunk)
                    sparseCount += 1
                case .emptied(let wasSparse):
                    emptied.append(chunk)
                    if wasSparse { sparseCount -= 1 }
                }
            }
        }
        for chunk in emptied { givenUp.append(GivenUpChunk(chunk: chunk, epoch: epoch)) }
    }

    /// Begins the commit numbers of this opening.
    func beginEpoch() throws(QueueError) {
        var next = state
        next.epoch += 1
        try database.transaction(isDurable: true) { () throws(QueueError) in try database.write(next) }
        state = next
        lastCommit = next.epoch << 32
    }

    /// Commits `submissions` as one transaction, and returns their outcomes once it is on stable storage.
    func commit(_ submissions: [Submission]) throws(QueueError) -> (number: UInt64, outcomes: [[QueueOutcome]]) {
        try write(submissions)
        lastCommit += 1
        return (lastCommit, plan.outcomes)
    }

    private func write(_ submissions: [Submission]) throws(QueueError) {
        defer { database.records.close() }
        try shared.view { (index) throws(QueueError) in
            try plan.evaluate(submissions, nextSequence: state.nextSequence, index: index)
        }
        guard !plan.isEmpty else { return }
        var journal = JournalWriter(
            counters: Journal.Counters(nextSequence: plan.nextSequence, nextChunk: 0), nextCounter: nextCounter)
        try database.transaction(isDurable: true) { () throws(QueueError) in
            try writeAppends(submissions)
            journal.counters.nextChunk = builder.nextRow
            try journal.write(
                deaths: shared.view { deaths(of: plan.removedSlots, in: $0) }, tombstones: plan.tombstones,
                to: database, sink: &sink)
        }
        apply(journal)
    }

    private func writeAppends(_ submissions: [Submission]) throws(QueueError) {
        builder.begin(nextRow: state.nextChunk)
        for number in plan.appends.indices where !plan.appends[number].isCancelled {
            let append = plan.appends[number]
            guard case .append(let source) = submissions[append.submission].operations[append.operation] else {
                preconditionFailure("an append that is none")
            }
            let entry = ChunkMeta.Entry(
                sequence: append.sequence, recipient: append.recipient, id: append.id,
                expirySeconds: append.expirySeconds, length: append.length)
            plan.appends[number].placement = try builder.add(entry, payload: source.payload, to: database)
        }
        try builder.finish(in: database)
    }

    /// The journal's words for messages taken out.
    func deaths(of slots: ContiguousArray<UInt32>, in index: borrowing QueueIndex) -> ContiguousArray<Journal.Death> {
        var deaths: ContiguousArray<Journal.Death> = []
        deaths.reserveCapacity(slots.count)
        for slot in slots {
            let place = index.slot(slot).place
            deaths.append(Journal.Death(chunkRow: index.row(ofChunk: place.chunk), entry: place.entry))
        }
        return deaths
    }

    /// Brings memory to where the file is now.
    private func apply(_ journal: JournalWriter) {
        changeIndex { index, note in
            for slot in plan.removedSlots { Self.remove(slot, from: &index, note) }
            let chunks = addChunks(to: &index)
            for append in plan.appends where !append.isCancelled {
                index.insert(
                    recipient: append.recipient, recipientHash: append.recipientHash,
                    fingerprint: append.fingerprint, sequence: append.sequence,
                    expirySeconds: append.expirySeconds,
                    place: QueueIndex.Place(
                        chunk: chunks[Int(append.placement.chunk)], entry: append.placement.entry,
                        offset: append.placement.offset, length: append.length))
            }
        }
        for (fingerprint, locator) in zip(plan.tombstoneFingerprints, journal.locators) {
            tables.insert(fingerprint, at: locator)
        }
        unfoldedDeaths += plan.removedSlots.count
        nextCounter = journal.nextCounter
        state.nextSequence = plan.nextSequence
        state.nextChunk = builder.nextRow
    }

    private static func remove(
        _ slot: UInt32, from index: inout QueueIndex, _ note: (UInt32, ChunkChange, borrowing QueueIndex) -> Void
    ) {
        let chunk = index.slot(slot).place.chunk
        let change = index.remove(slot)
        note(chunk, change, index)
    }

    /// Gives the chunks just written their numbers.
    func addChunks(to index: inout QueueIndex) -> ContiguousArray<UInt32> {
        var numbers: ContiguousArray<UInt32> = []
        for chunk in builder.written { numbers.append(index.addChunk(row: chunk.row, total: chunk.total)) }
        return numbers
    }

    /// Drops what has expired; housekeeping that a time decides about.
    func expire(nowSeconds: UInt32) throws(QueueError) -> QueueExpiry {
        let found = shared.view { findExpired(nowSeconds: nowSeconds, in: $0) }
        if !found.slots.isEmpty { try drop(found.slots) }
        expiryCursor = found.nextCursor
        try dropPastTombstones(nowSeconds: nowSeconds)
        return QueueExpiry(messages: found.slots.count, isComplete: found.nextCursor == 0)
    }

    private func findExpired(
        nowSeconds: UInt32, in index: borrowing QueueIndex
    ) -> (slots: ContiguousArray<UInt32>, nextCursor: UInt32) {
        var slots: ContiguousArray<UInt32> = []
        var cursor = expiryCursor
        let end = min(UInt64(index.slotEnd), UInt64(cursor) + UInt64(QueueBounds.inspectedPerCall))
        while cursor < end {
            if index.isHeld(cursor), index.slot(cursor).expirySeconds <= nowSeconds { slots.append(cursor) }
            cursor += 1
            if slots.count == QueueBounds.expiredPerCall { break }
        }
        return (slots, cursor < index.slotEnd ? cursor : 0)
    }

    private func drop(_ slots: ContiguousArray<UInt32>) throws(QueueError) {
        var journal = JournalWriter(
            counters: Journal.Counters(nextSequence: state.nextSequence, nextChunk: state.nextChunk),
            nextCounter: nextCounter)
        try database.transaction(isDurable: false) { () throws(QueueError) in
            try journal.write(
                deaths: shared.view { deaths(of: slots, in: $0) }, tombstones: [], to: database, sink: &sink)
        }
        changeIndex { index, note in
            for slot in slots { Self.remove(slot, from: &index, note) }
        }
        unfoldedDeaths += slots.count
        nextCounter = journal.nextCounter
    }

    /// Writes the counters, so that a closed store says them in one place.
    func close() throws(QueueError) {
        try database.transaction(isDurable: true) { () throws(QueueError) in try database.write(state) }
    }
}
