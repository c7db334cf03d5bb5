import MeshQueueCore

/// A sorted table of remembered ids on disk, and what memory holds of it.
struct TombstoneRun: Sendable {
    let number: UInt64
    /// The day until whose end all of it is kept.
    let bucket: UInt16
    /// How many merges it went through: 0 as folded, one more each time `RunMerge.fanIn` of a tier became one.
    let tier: UInt8
    var summary: RunSummary

    /// The keys of its pages and parts.
    var keys: ClosedRange<UInt64> { Self.keys(number) }

    static func keys(_ number: UInt64) -> ClosedRange<UInt64> {
        RunPage.row(run: number, page: 0)...RunPage.row(run: number, page: Int(UInt32.max))
    }
}

/// Which ids were removed: recent ones in memory, older ones in runs on disk with a filter each. For the writer.
///
/// Every match of a fingerprint is compared with the full tombstone in the journal, so an answer is never wrong by
/// collision. Memory: 14 bits and a little an id in runs, 32 bytes each for at most 2 × 65,536 recent ones.
final class TombstoneTables {
    private let database: ChunkDatabase
    private let report: QueueReportHandler
    @exclusivity(unchecked) private(set) var recent = RecentTombstones()
    /// What is being written to runs.
    @exclusivity(unchecked) private var frozen: RecentTombstones?
    @exclusivity(unchecked) var runs: [TombstoneRun] = []

    init(database: ChunkDatabase, report: @escaping QueueReportHandler) {
        self.database = database
        self.report = report
    }

    /// Remembers a tombstone that is on disk.
    func insert(_ fingerprint: Fingerprint, at locator: TombstoneLocator) {
        recent.insert(TombstoneEntry(fingerprint: fingerprint.raw, locator: locator.raw))
    }

    /// Whether an id is to be remembered after `nowSeconds`.
    func contains(
        _ recipient: QueueRecipient, _ id: QueueItemID, _ fingerprint: Fingerprint, nowSeconds: UInt32
    ) throws(QueueError) -> Bool {
        let matches = { (locator: TombstoneLocator) throws(QueueError) -> Bool in
            try self.isTombstone(locator, of: recipient, id, nowSeconds: nowSeconds)
        }
        if try recent.contains(fingerprint, where: matches) { return true }
        if try isFrozen(fingerprint, matches) { return true }
        for run in runs where run.summary.filter.mayContain(fingerprint) {
            if try search(run, fingerprint, matches) { return true }
        }
        return false
    }

    private func isFrozen(
        _ fingerprint: Fingerprint, _ matches: (TombstoneLocator) throws(QueueError) -> Bool
    ) throws(QueueError) -> Bool {
        guard frozen != nil else { return false }
        return try frozen!.contains(fingerprint, where: matches)
    }

    private func search(
        _ run: TombstoneRun, _ fingerprint: Fingerprint, _ matches: (TombstoneLocator) throws(QueueError) -> Bool
    ) throws(QueueError) -> Bool {
        for page in run.summary.pages(of: fingerprint.raw) {
            for entry in try entries(run.number, page: page) where entry.fingerprint == fingerprint.raw {
                if try matches(TombstoneLocator(raw: entry.locator)) { return true }
            }
        }
        return false
    }

    /// The entries of a page of a run.
    func entries(_ run: UInt64, page: Int) throws(QueueError) -> [TombstoneEntry] {
        let key = RunPage.row(run: run, page: page)
        let read = try database.withRunPage(key) { bytes in
            Result { () throws(FormatError) in try RunPage.read(bytes, row: key) }
        }
        switch read {
        case .success(let entries): return entries
        case .failure(let error): throw damaged("page \(page) of run \(run) \(error)")
        case nil: throw damaged("page \(page) of run \(run) is missing")
        }
    }

    /// Whether the tombstone at `locator` is this one. If it can't be read any more, its fingerprint decides: to take a
    /// removed message again would be worse than to refuse one with a chance of 2⁻³².
    private func isTombstone(
        _ locator: TombstoneLocator, of recipient: QueueRecipient, _ id: QueueItemID, nowSeconds: UInt32
    ) throws(QueueError) -> Bool {
        let found = try database.withJournal(locator.row) { bytes in
            Result { () throws(FormatError) in
                try Journal.read(bytes, row: locator.row.raw).tombstone(locator.number)
            }
        }
        switch found {
        case .success(let tombstone):
            guard let tombstone else { return false }
            return tombstone.id == id && tombstone.recipient == recipient && tombstone.keepUntilSeconds > nowSeconds
        case .failure(let error):
            report(.maintenanceFailed(damaged("journal row \(locator.row.raw) \(error)")))
            return true
        case nil:
            // Its bucket is past, and was dropped already.
            return false
        }
    }

    private func damaged(_ detail: String) -> QueueError { .damaged(file: database.file, detail: detail) }
}

// MARK: Folding

extension TombstoneTables {
    /// Sets the recent ones aside to be written to runs; they still count until `finishFold`.
    func freeze() -> [(bucket: UInt16, entries: ContiguousArray<TombstoneEntry>)] {
        precondition(frozen == nil, "a fold is on its way already")
        let groups = recent.sortedByBucket()
        frozen = exchange(&recent, with: RecentTombstones())
        return groups
    }

    /// Those set aside are in these runs now.
    func finishFold(_ folded: [TombstoneRun]) {
        runs.append(contentsOf: folded)
        frozen = nil
    }

    /// Some runs became one.
    func replace(_ numbers: Set<UInt64>, with merged: TombstoneRun?) {
        runs.removeAll { numbers.contains($0.number) }
        if let merged { runs.append(merged) }
    }
}
