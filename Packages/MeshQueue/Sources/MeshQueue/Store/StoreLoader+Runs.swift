import MeshQueueCore

extension StoreLoader {
    /// The directory of runs, and the summary of each.
    func readRuns() throws(LoadFailure) {
        let statement = try LoadFailure.database { () throws(SQLiteFailure) in
            try SQLiteStatement(connection, "SELECT run, bucket, tier, pages, parts FROM run ORDER BY run")
        }
        while try LoadFailure.database({ () throws(SQLiteFailure) in try statement.step() }) {
            let number = statement.unsigned(0)
            guard number < 1 << 31, let bucket = UInt16(exactly: statement.unsigned(1)),
                let tier = UInt8(exactly: statement.unsigned(2))
            else { throw .damaged("run \(number) has impossible fields") }
            let summary = try readSummary(run: number, parts: statement.unsigned(4))
            guard UInt64(summary.fences.count) == statement.unsigned(3) else {
                throw .damaged(
                    "run \(number) has \(statement.unsigned(3)) pages and fences for \(summary.fences.count)")
            }
            loaded.runs.append(TombstoneRun(number: number, bucket: bucket, tier: tier, summary: summary))
            loaded.state.nextRun = max(loaded.state.nextRun, number + 1)
        }
    }

    private func readSummary(run: UInt64, parts: UInt64) throws(LoadFailure) -> RunSummary {
        let first = RunSummary.row(run: run, part: 0)
        let last = RunPage.row(run: run, page: Int(UInt32.max))
        var stream: ContiguousArray<UInt64> = []
        var found: UInt64 = 0
        try connection.forEachRow(
            "SELECT page, body FROM run_page WHERE page BETWEEN \(first) AND \(last) ORDER BY page"
        ) { (key, bytes) throws(LoadFailure) in
            guard found < parts else { return }
            try LoadFailure.decoding("part \(found) of the summary of run \(run)") { () throws(FormatError) in
                try RunSummary.read(bytes, row: key, into: &stream)
            }
            found += 1
        }
        guard found == parts else { throw .damaged("run \(run) has \(found) of \(parts) summary parts") }
        return try LoadFailure.decoding("the summary of run \(run)") { () throws(FormatError) in
            try RunSummary(stream: stream)
        }
    }

    /// Rows that a fold or merge left behind when it was cut off.
    func findOrphans() throws(LoadFailure) {
        let known = Set(loaded.runs.map(\.number))
        for number in try prefixes(table: "run_page") {
            loaded.state.nextRun = max(loaded.state.nextRun, number + 1)
            if !known.contains(number) {
                loaded.garbage.append(QueueWriter.Garbage(table: .runPage, keys: TombstoneRun.keys(number)))
            }
        }
        for generation in try prefixes(table: "dead_page") where generation != loaded.state.deadGeneration {
            loaded.nextGeneration = max(loaded.nextGeneration, generation + 1)
            let keys =
                DeadPage.row(
                    generation: generation, page: 0)...DeadPage.row(generation: generation, page: Int(UInt32.max))
            loaded.garbage.append(QueueWriter.Garbage(table: .deadPage, keys: keys))
        }
    }

    /// The distinct upper halves of a table's keys.
    private func prefixes(table: String) throws(LoadFailure) -> [UInt64] {
        var prefixes: [UInt64] = []
        var start: UInt64 = 0
        while let key = try connection.loadInteger("SELECT min(page) FROM \(table) WHERE page>=\(start)") {
            guard key >> 63 == 0 else { throw .damaged("table \(table) has an impossible key") }
            prefixes.append(key >> 32)
            guard key >> 32 < 1 << 31 - 1 else { break }
            start = (key >> 32 + 1) << 32
        }
        return prefixes
    }
}
