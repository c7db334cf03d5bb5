/// A small table from 64-bit keys to 32-bit values for the length of one batch: emptied in constant time, used again.
package struct BatchMap: ~Copyable {
    private struct Entry {
        var key: UInt64
        var value: UInt32
        var generation: UInt32
    }

    private var entries: UnsafeMutableBufferPointer<Entry>
    private var generation: UInt32 = 1
    private var count = 0

    package init() {
        entries = .allocate(capacity: 64)
        entries.initialize(repeating: Entry(key: 0, value: 0, generation: 0))
    }

    deinit { entries.deallocate() }

    /// The value under a key that `isWanted` (several values may share a key).
    package func first(_ key: UInt64, where isWanted: (UInt32) -> Bool) -> UInt32? {
        var position = Int(truncatingIfNeeded: key) & (entries.count - 1)
        while entries[position].generation == generation {
            if entries[position].key == key, isWanted(entries[position].value) { return entries[position].value }
            position = (position + 1) & (entries.count - 1)
        }
        return nil
    }

    /// Adds a value under a key. Keys must be well mixed.
    package mutating func insert(_ key: UInt64, _ value: UInt32) {
        if count * 2 >= entries.count { grow() }
        place(Entry(key: key, value: value, generation: generation))
        count += 1
    }

    /// Empties the table.
    package mutating func removeAll() {
        count = 0
        generation &+= 1
        if generation == 0 {
            entries.update(repeating: Entry(key: 0, value: 0, generation: 0))
            generation = 1
        }
    }

    private func place(_ entry: Entry) {
        var position = Int(truncatingIfNeeded: entry.key) & (entries.count - 1)
        while entries[position].generation == generation { position = (position + 1) & (entries.count - 1) }
        entries[position] = entry
    }

    private mutating func grow() {
        let old = entries
        entries = .allocate(capacity: old.count * 2)
        entries.initialize(repeating: Entry(key: 0, value: 0, generation: 0))
        for entry in old where entry.generation == generation { place(entry) }
        old.deallocate()
    }
}
