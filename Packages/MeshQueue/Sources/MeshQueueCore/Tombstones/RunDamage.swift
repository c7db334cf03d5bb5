/// What of runs can't be read. Used by one thread at a time.
package final class RunDamage {
    private struct Place: Hashable {
        let run: UInt64
        let block: Int
    }

    private let report: QueueReportHandler
    private var places: Set<Place> = []
    /// Runs to be written anew without what is lost.
    package private(set) var runs: Set<UInt64> = []

    package init(_ report: @escaping QueueReportHandler) { self.report = report }

    /// Tells of a block, once.
    func note(_ run: TombstoneRun, block: Int, _ problem: FormatError) {
        guard places.insert(Place(run: run.number, block: block)).inserted else { return }
        runs.insert(run.number)
        report(
            .partLost(
                file: TombstoneRun.name(run.number),
                detail: "block \(block) \(problem); removed messages may come back that it would have stopped"))
    }
}
