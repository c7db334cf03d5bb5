/// Goes through several runs at once, in order.
package final class RunCursors {
    private struct Cursor {
        let run: TombstoneRun
        var block: Int
        var entries: [(order: TombstoneOrder, removal: LogRemoval)] = []
        var position = 0
    }

    private var cursors: [Cursor]
    private let reader: RunReader
    private let seed: QueueSeed

    /// Begins behind `start` in each of `runs`, or at their beginning.
    package init(
        _ runs: [TombstoneRun], after start: TombstoneOrder?, seed: QueueSeed, disk: any Disk, damage: RunDamage
    ) throws(QueueError) {
        self.seed = seed
        reader = RunReader(disk, damage: damage)
        cursors = runs.map { run in
            Cursor(run: run, block: start.map { run.index.blocks(of: $0.raw).lowerBound } ?? 0)
        }
        guard let start else { return }
        for number in cursors.indices {
            while try isThere(number), order(number) <= start { cursors[number].position += 1 }
        }
    }

    /// The order of the next entry of all.
    package func nextOrder() throws(QueueError) -> TombstoneOrder? {
        try smallest().map { order($0) }
    }

    /// Takes the next entry of all: of several under one key, what is remembered longest.
    package func next() throws(QueueError) -> (order: TombstoneOrder, removal: LogRemoval)? {
        guard let first = try smallest() else { return nil }
        var best = cursors[first].entries[cursors[first].position]
        cursors[first].position += 1
        while let other = try smallest(), order(other) == best.order {
            let entry = cursors[other].entries[cursors[other].position]
            if entry.removal.keepUntilSeconds > best.removal.keepUntilSeconds { best = entry }
            cursors[other].position += 1
        }
        return best
    }

    /// The cursor with the smallest entry.
    private func smallest() throws(QueueError) -> Int? {
        var best: Int?
        for number in cursors.indices where try isThere(number) {
            if let found = best, order(found) <= order(number) { continue }
            best = number
        }
        return best
    }

    private func order(_ number: Int) -> TombstoneOrder { cursors[number].entries[cursors[number].position].order }

    /// Whether a cursor has an entry; reads the next block where it must.
    private func isThere(_ number: Int) throws(QueueError) -> Bool {
        while cursors[number].position == cursors[number].entries.count {
            guard cursors[number].block < cursors[number].run.index.fences.count else { return false }
            try load(number)
        }
        return true
    }

    private func load(_ number: Int) throws(QueueError) {
        var entries: [(order: TombstoneOrder, removal: LogRemoval)] = []
        var hash: (recipient: QueueRecipient, value: UInt64)?
        try reader.read(cursors[number].run, block: cursors[number].block) { removal in
            let recipient = removal.key.recipient
            if hash?.recipient != recipient { hash = (recipient, seed.hash(recipient)) }
            let fingerprint = seed.fingerprint(recipientHash: hash?.value ?? 0, id: removal.key.id)
            entries.append((TombstoneOrder(raw: fingerprint.raw, key: removal.key), removal))
            return true
        }
        cursors[number].entries = entries
        cursors[number].position = 0
        cursors[number].block += 1
    }
}

extension LogRemoval {
    /// Until when it is remembered; 0 if it isn't.
    package var keepUntilSeconds: UInt32 { tombstone?.keepUntilSeconds ?? 0 }
}

/// Makes one run of several, without what is past, in steps.
package final class RunMerge {
    /// 16 runs of a tier become one of the next: at 100 million remembered ids some thirty runs, each id written three
    /// times.
    package static let fanIn = 16
    /// 8 million entries: larger runs are left alone, since their filter (12 MB) is in memory twice while they are merged.
    package static let maximumEntries = 8 << 20

    package let inputs: Set<UInt64>
    private let cursors: RunCursors
    private let disk: any Disk
    package let builder: RunBuilder
    private let nowSeconds: UInt32
    private var isMerged = false

    /// The runs that are worth merging: one that has rotted, to be rid of that; one that is half past; or enough of one
    /// tier. Empty if there are none.
    package static func choose(
        from runs: [TombstoneRun], damaged: Set<UInt64>, nowSeconds: UInt32
    ) -> [TombstoneRun] {
        if let rotten = runs.first(where: { damaged.contains($0.number) }) { return [rotten] }
        let past = runs.first { run in
            let pastCount = run.index.pastCount(nowSeconds: nowSeconds)
            return pastCount > 0 && pastCount * 2 >= run.index.entryCount
        }
        if let past { return [past] }
        let small = runs.filter { $0.index.entryCount < maximumEntries }
        let tiers = Dictionary(grouping: small, by: \.tier).filter { $0.value.count >= fanIn }
        return Array((tiers.min { $0.key < $1.key }?.value ?? []).prefix(fanIn))
    }

    package init(
        of runs: [TombstoneRun], number: UInt64, nowSeconds: UInt32, seed: QueueSeed, disk: any Disk, damage: RunDamage
    ) throws(QueueError) {
        inputs = Set(runs.map(\.number))
        self.nowSeconds = nowSeconds
        self.disk = disk
        cursors = try RunCursors(runs, after: nil, seed: seed, disk: disk, damage: damage)
        let capacity = runs.reduce(0) { $0 + $1.index.entryCount }
        do throws(DiskError) {
            builder = try RunBuilder(disk, number: number, capacity: capacity)
        } catch {
            throw error.queueError(file: disk.location + TombstoneRun.name(number))
        }
    }

    /// Merges up to `budget` entries, or writes some of the index; returns whether the run is on stable storage.
    package func step(budget: Int) throws(QueueError) -> Bool {
        do {
            var left = budget
            while left > 0, !isMerged {
                left -= 1
                guard let entry = try cursors.next() else {
                    isMerged = true
                    break
                }
                guard entry.removal.keepUntilSeconds > nowSeconds else { continue }
                try builder.add(entry.removal, Fingerprint(raw: entry.order.raw))
            }
            return try isMerged && builder.finish(budget: max(1, budget / RunIndex.wordsPerPart))
        } catch let error as DiskError {
            throw error.queueError(file: disk.location + TombstoneRun.name(builder.number))
        } catch let error as QueueError {
            throw error
        } catch {
            preconditionFailure("an error of another kind: \(error)")
        }
    }
}
