import MeshQueueCore

/// Writes what a transaction takes away as journal rows, and remembers where each tombstone went.
struct JournalWriter {
    var counters: Journal.Counters
    private(set) var nextCounter: UInt64
    /// Where each tombstone stands, in the order given.
    private(set) var locators: ContiguousArray<TombstoneLocator> = []

    init(counters: Journal.Counters, nextCounter: UInt64) {
        self.counters = counters
        self.nextCounter = nextCounter
    }

    /// Writes as many rows as it takes; none if there is nothing to write.
    mutating func write(
        deaths: ContiguousArray<Journal.Death>, tombstones: ContiguousArray<Journal.Tombstone>,
        to database: ChunkDatabase, sink: inout ByteSink
    ) throws(QueueError) {
        locators.reserveCapacity(tombstones.count)
        var deaths = Array(deaths)[...]
        var tombstones = Array(tombstones)[...]
        while !deaths.isEmpty || !tombstones.isEmpty {
            let rowDeaths = deaths.prefix(Journal.maximumDeaths)
            let rowTombstones = tombstones.prefix(Journal.maximumTombstones)
            deaths = deaths.dropFirst(rowDeaths.count)
            tombstones = tombstones.dropFirst(rowTombstones.count)
            let key = JournalKey(bucket: Self.bucket(of: rowTombstones), counter: nextCounter)
            Journal.write(
                counters: counters, deaths: rowDeaths, tombstones: rowTombstones, row: key.raw, to: &sink)
            try database.insertJournal(key, sink.bytes)
            for number in 0..<rowTombstones.count { locators.append(TombstoneLocator(row: key, number: number)) }
            nextCounter += 1
        }
    }

    /// The day until whose end a row is kept: that of its longest-lived tombstone, and never 0 if it has one.
    private static func bucket(of tombstones: ArraySlice<Journal.Tombstone>) -> UInt16 {
        guard let latest = tombstones.map(\.keepUntilSeconds).max() else { return 0 }
        return max(1, JournalKey.bucket(ofSeconds: latest))
    }
}
