import MeshQueueCore

/// Makes one run of several of a bucket, so that a look-up asks few filters. In steps; if one fails, the merge is given
/// up and its pages are swept.
final class RunMerge {
    /// 8 runs of a tier become one of the next: at 100 million remembered ids some twenty runs, each id written four
    /// times.
    static let fanIn = 8

    private struct Cursor {
        let run: TombstoneRun
        var page = 0
        var entries: [TombstoneEntry] = []
        var position = 0
    }

    let number: UInt64
    let bucket: UInt16
    let inputs: Set<UInt64>
    private let tier: UInt8
    private var cursors: [Cursor]
    private var output: [TombstoneEntry] = []
    private var summary: RunSummary
    private var part = 0
    private var isMerged = false

    /// A merge that is worth doing; nil if there is none.
    init?(of runs: [TombstoneRun], number: UInt64) {
        let groups = Dictionary(grouping: runs) { UInt32($0.bucket) << 8 | UInt32($0.tier) }
        guard let group = groups.values.filter({ $0.count >= Self.fanIn }).min(by: { $0[0].tier < $1[0].tier }) else {
            return nil
        }
        let chosen = group.prefix(Self.fanIn)
        let entryCount = chosen.reduce(0) { $0 + $1.summary.entryCount }
        self.number = number
        bucket = group[0].bucket
        tier = group[0].tier + 1
        inputs = Set(chosen.map(\.number))
        cursors = chosen.map { Cursor(run: $0) }
        summary = RunSummary(entryCount: 0, fences: [], filter: TombstoneFilter(entryCount: entryCount))
    }

    /// The run this merge makes, once it is done.
    var merged: TombstoneRun { TombstoneRun(number: number, bucket: bucket, tier: tier, summary: summary) }

    /// Writes up to `budget` pages; returns whether all are written.
    func step(
        budget: Int, database: ChunkDatabase, tables: TombstoneTables, sink: inout ByteSink
    ) throws(QueueError) -> Bool {
        var left = budget
        while left > 0, !isMerged {
            try fill(tables)
            try flush(database, &sink)
            left -= 1
        }
        while left > 0, isMerged, part < summary.partCount {
            summary.write(part: part, run: number, to: &sink)
            try database.insertRunPage(RunSummary.row(run: number, part: part), sink.bytes)
            part += 1
            left -= 1
        }
        return isMerged && part == summary.partCount
    }

    /// Takes the smallest entries until a page is full or there are no more.
    private func fill(_ tables: TombstoneTables) throws(QueueError) {
        while output.count < RunPage.maximumEntries {
            guard let smallest = try advance(tables) else {
                isMerged = true
                return
            }
            output.append(smallest)
        }
    }

    private func advance(_ tables: TombstoneTables) throws(QueueError) -> TombstoneEntry? {
        var best: Int?
        for number in cursors.indices {
            try load(number, tables)
            guard cursors[number].position < cursors[number].entries.count else { continue }
            guard let current = best else {
                best = number
                continue
            }
            if entry(number) < entry(current) { best = number }
        }
        guard let best else { return nil }
        defer { cursors[best].position += 1 }
        return entry(best)
    }

    private func entry(_ number: Int) -> TombstoneEntry { cursors[number].entries[cursors[number].position] }

    private func load(_ number: Int, _ tables: TombstoneTables) throws(QueueError) {
        while cursors[number].position == cursors[number].entries.count,
            cursors[number].page < cursors[number].run.summary.fences.count
        {
            cursors[number].entries = try tables.entries(cursors[number].run.number, page: cursors[number].page)
            cursors[number].position = 0
            cursors[number].page += 1
        }
    }

    private func flush(_ database: ChunkDatabase, _ sink: inout ByteSink) throws(QueueError) {
        guard let first = output.first else { return }
        let key = RunPage.row(run: number, page: summary.fences.count)
        RunPage.write(output[...], row: key, to: &sink)
        try database.insertRunPage(key, sink.bytes)
        summary.fences.append(first.fingerprint)
        summary.entryCount += output.count
        for entry in output { summary.filter.insert(Fingerprint(raw: entry.fingerprint)) }
        output.removeAll(keepingCapacity: true)
    }
}
