/// The ids removed since the last fold, each exactly: a table of 16 bytes an entry at half load.
///
/// Bounded: at `foldLimit` entries they are frozen, sorted and written to disk as runs, and a new table begins.
package struct RecentTombstones: ~Copyable {
    /// 65,536 entries: 2 MB, sorted within some milliseconds; at 100 removals a second a fold every 11 minutes.
    package static let foldLimit = 65_536

    private var entries: UnsafeMutableBufferPointer<TombstoneEntry>
    /// Entries held.
    package private(set) var count = 0

    package init() {
        entries = Self.table(capacity: 1_024)
    }

    deinit { entries.deallocate() }

    /// Adds an entry.
    ///
    /// - Precondition: Its locator isn't 0 (no row has key 0).
    package mutating func insert(_ entry: TombstoneEntry) {
        precondition(entry.locator != 0)
        if count * 2 >= entries.count { grow() }
        Self.place(entry, in: entries)
        count += 1
    }

    /// Calls `body` with the locators under a fingerprint until it returns true.
    package func contains<Failure: Error>(
        _ fingerprint: Fingerprint, where body: (TombstoneLocator) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        var position = Self.home(fingerprint.raw, in: entries)
        while entries[position].locator != 0 {
            if entries[position].fingerprint == fingerprint.raw,
                try body(TombstoneLocator(raw: entries[position].locator))
            {
                return true
            }
            position = (position + 1) & (entries.count - 1)
        }
        return false
    }

    /// All entries, grouped by bucket, each group in order of fingerprint.
    package func sortedByBucket() -> [(bucket: UInt16, entries: ContiguousArray<TombstoneEntry>)] {
        var groups: [UInt16: ContiguousArray<TombstoneEntry>] = [:]
        for entry in entries where entry.locator != 0 {
            groups[TombstoneLocator(raw: entry.locator).row.bucket, default: []].append(entry)
        }
        return groups.keys.sorted().map { bucket in
            var group = groups[bucket] ?? []
            group.sort()
            return (bucket, group)
        }
    }

    private mutating func grow() {
        let old = entries
        entries = Self.table(capacity: old.count * 2)
        for entry in old where entry.locator != 0 { Self.place(entry, in: entries) }
        old.deallocate()
    }

    private static func table(capacity: Int) -> UnsafeMutableBufferPointer<TombstoneEntry> {
        let table = UnsafeMutableBufferPointer<TombstoneEntry>.allocate(capacity: capacity)
        table.initialize(repeating: TombstoneEntry(fingerprint: 0, locator: 0))
        return table
    }

    private static func place(_ entry: TombstoneEntry, in entries: UnsafeMutableBufferPointer<TombstoneEntry>) {
        var position = home(entry.fingerprint, in: entries)
        while entries[position].locator != 0 { position = (position + 1) & (entries.count - 1) }
        entries[position] = entry
    }

    private static func home(_ raw: UInt64, in entries: UnsafeMutableBufferPointer<TombstoneEntry>) -> Int {
        Int(truncatingIfNeeded: Fingerprint(raw: raw).mixed) & (entries.count - 1)
    }
}
