import MeshQueueCore

/// Folds the journal: writes recent tombstones to sorted runs, and which entries of chunks are dead to dead pages, so
/// that neither memory nor start-up grows with the journal. In steps of a few pages, each a transaction; the last one
/// makes it count. Whatever stops it before leaves pages that nothing refers to.
struct Fold {
    private struct Pending {
        let run: TombstoneRun
        let entries: ContiguousArray<TombstoneEntry>
    }

    /// Journal rows up to this counter are folded.
    let foldedCounter: UInt64
    /// The generation of dead pages that this one writes.
    let generation: UInt64
    private let pending: [Pending]
    private var run = 0
    private var page = 0
    private var chunk: UInt32 = 0
    private var deadPage = 0

    /// Begins with sorted groups of tombstones, numbering runs from `firstRun`.
    init(
        foldedCounter: UInt64, generation: UInt64, firstRun: UInt64,
        groups: [(bucket: UInt16, entries: ContiguousArray<TombstoneEntry>)]
    ) {
        self.foldedCounter = foldedCounter
        self.generation = generation
        pending = groups.enumerated().map { number, group in
            let summary = Self.summary(of: group.entries)
            return Pending(
                run: TombstoneRun(number: firstRun + UInt64(number), bucket: group.bucket, tier: 0, summary: summary),
                entries: group.entries)
        }
    }

    /// The runs this fold makes.
    var runs: [TombstoneRun] { pending.map(\.run) }

    private static func summary(of entries: ContiguousArray<TombstoneEntry>) -> RunSummary {
        var filter = TombstoneFilter(entryCount: entries.count)
        for entry in entries { filter.insert(Fingerprint(raw: entry.fingerprint)) }
        let fences = stride(from: 0, to: entries.count, by: RunPage.maximumEntries).map { entries[$0].fingerprint }
        return RunSummary(entryCount: entries.count, fences: ContiguousArray(fences), filter: filter)
    }

    /// Writes up to `budget` pages; returns whether all are written.
    mutating func step(
        budget: Int, database: ChunkDatabase, index: borrowing QueueIndex, sink: inout ByteSink
    ) throws(QueueError) -> Bool {
        var left = budget
        while left > 0, run < pending.count {
            try writeNextPage(database, &sink)
            left -= 1
        }
        while left > 0, chunk < index.chunkEnd {
            try writeNextDeadPage(database, index, &sink)
            left -= 1
        }
        return run == pending.count && chunk >= index.chunkEnd
    }

    /// Pages of entries first, then the parts of the summary.
    private mutating func writeNextPage(_ database: ChunkDatabase, _ sink: inout ByteSink) throws(QueueError) {
        let current = pending[run]
        let pages = current.run.summary.fences.count
        let number = current.run.number
        if page < pages {
            let start = page * RunPage.maximumEntries
            let slice = Array(current.entries[start..<min(start + RunPage.maximumEntries, current.entries.count)])
            let key = RunPage.row(run: number, page: page)
            RunPage.write(slice[...], row: key, to: &sink)
            try database.insertRunPage(key, sink.bytes)
        } else {
            current.run.summary.write(part: page - pages, run: number, to: &sink)
            try database.insertRunPage(RunSummary.row(run: number, part: page - pages), sink.bytes)
        }
        page += 1
        if page == pages + current.run.summary.partCount {
            page = 0
            run += 1
        }
    }

    private mutating func writeNextDeadPage(
        _ database: ChunkDatabase, _ index: borrowing QueueIndex, _ sink: inout ByteSink
    ) throws(QueueError) {
        var entries: [DeadPage.Entry] = []
        while chunk < index.chunkEnd, entries.count < DeadPage.maximumEntries {
            if index.isChunk(chunk), index.dead(ofChunk: chunk) != .none {
                entries.append(
                    DeadPage.Entry(chunkRow: index.row(ofChunk: chunk), dead: index.dead(ofChunk: chunk)))
            }
            chunk += 1
        }
        guard !entries.isEmpty else { return }
        let key = DeadPage.row(generation: generation, page: deadPage)
        DeadPage.write(entries, row: key, to: &sink)
        try database.insertDeadPage(key, sink.bytes)
        deadPage += 1
    }
}
