/// From a hash to 32-bit values: open addressing, several values per hash allowed.
///
/// An entry is one word: 32 bits of the hash above, the value plus one below; zero is free. Linear probing with
/// backward-shift deletion, so there are no graves and lookups stay short. The home of an entry is proportional to its
/// hash bits (`hash · capacity / 2³²`), so a table may grow by half instead of doubling (10–15 bytes an entry), and
/// growing needs nothing but the entries.
///
/// 256 shards, each its own table: growing one moves 1/256 of the entries, 40,000 at ten million (half a millisecond),
/// where one table would stall for most of a second.
package struct ShardedMap: ~Copyable {
    private static let shardBits: UInt64 = 8
    private static let firstCapacity = 16

    private struct Shard {
        var entries: UnsafeMutablePointer<UInt64>?
        var capacity = 0
        var count = 0
    }

    private let shards: UnsafeMutablePointer<Shard>
    /// Values held.
    package private(set) var count = 0

    package init() {
        shards = .allocate(capacity: 1 << Self.shardBits)
        shards.initialize(repeating: Shard(), count: 1 << Self.shardBits)
    }

    deinit {
        for index in 0..<(1 << Self.shardBits) { shards[index].entries?.deallocate() }
        shards.deallocate()
    }

    /// Removes everything and frees the memory behind it.
    package mutating func removeAll() {
        for index in 0..<(1 << Self.shardBits) {
            shards[index].entries?.deallocate()
            shards[index] = Shard()
        }
        count = 0
    }

    /// Where a walk over the values of one hash stands.
    package struct Probe {
        fileprivate let shard: Int
        fileprivate let tag: UInt64
        fileprivate var position: Int
    }

    /// Starts a walk over the values under `hash`.
    package func probe(_ hash: UInt64) -> Probe {
        let shard = Self.shard(hash)
        let tag = Self.tag(hash)
        return Probe(shard: shard, tag: tag, position: Self.home(tag, capacity: shards[shard].capacity))
    }

    /// The next value under the probe's hash; nil when there are no more. Nothing may change during a walk.
    package func next(_ probe: inout Probe) -> UInt32? {
        guard let entries = shards[probe.shard].entries else { return nil }
        let capacity = shards[probe.shard].capacity
        while true {
            let entry = entries[probe.position]
            if entry == 0 { return nil }
            probe.position &+= 1
            if probe.position == capacity { probe.position = 0 }
            if entry >> 32 == probe.tag { return UInt32(truncatingIfNeeded: entry &- 1) }
        }
    }

    /// Adds a value under `hash`.
    package mutating func insert(_ hash: UInt64, _ value: UInt32) {
        let index = Self.shard(hash)
        if (shards[index].count + 1) * 5 > shards[index].capacity * 4 { grow(index) }
        Self.place(Self.tag(hash) << 32 | UInt64(value) + 1, in: shards[index])
        shards[index].count += 1
        count += 1
    }

    /// Removes a value under `hash`.
    ///
    /// - Precondition: It is there.
    package mutating func remove(_ hash: UInt64, _ value: UInt32) {
        let index = Self.shard(hash)
        guard let entries = shards[index].entries else { preconditionFailure("removing from an empty shard") }
        let capacity = shards[index].capacity
        let tag = Self.tag(hash)
        var position = Self.home(tag, capacity: capacity)
        let wanted = tag << 32 | UInt64(value) + 1
        while entries[position] != wanted {
            precondition(entries[position] != 0, "removing a value that isn't there")
            position = position + 1 == capacity ? 0 : position + 1
        }
        Self.close(position, in: entries, capacity: capacity)
        shards[index].count -= 1
        count -= 1
    }

    /// Fills the hole at `position` with a later entry that may stand there, and so on to the end of the run.
    private static func close(_ position: Int, in entries: UnsafeMutablePointer<UInt64>, capacity: Int) {
        var hole = position
        var next = position
        while true {
            next = next + 1 == capacity ? 0 : next + 1
            let entry = entries[next]
            if entry == 0 { break }
            let home = home(entry >> 32, capacity: capacity)
            let stays = hole <= next ? hole < home && home <= next : hole < home || home <= next
            if stays { continue }
            entries[hole] = entry
            hole = next
        }
        entries[hole] = 0
    }

    private static func place(_ entry: UInt64, in shard: Shard) {
        guard let entries = shard.entries else { return }
        var position = home(entry >> 32, capacity: shard.capacity)
        while entries[position] != 0 {
            position = position + 1 == shard.capacity ? 0 : position + 1
        }
        entries[position] = entry
    }

    private mutating func grow(_ index: Int) {
        let old = shards[index]
        let capacity = max(Self.firstCapacity, old.capacity + old.capacity / 2)
        let grown = Shard(entries: .allocate(capacity: capacity), capacity: capacity, count: old.count)
        grown.entries?.initialize(repeating: 0, count: capacity)
        if let entries = old.entries {
            for position in 0..<old.capacity where entries[position] != 0 {
                Self.place(entries[position], in: grown)
            }
            entries.deallocate()
        }
        shards[index] = grown
    }

    @inline(__always)
    private static func shard(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash & ((1 << shardBits) - 1)) }

    @inline(__always)
    private static func tag(_ hash: UInt64) -> UInt64 { hash >> 32 }

    @inline(__always)
    private static func home(_ tag: UInt64, capacity: Int) -> Int {
        Int(truncatingIfNeeded: (tag &* UInt64(truncatingIfNeeded: capacity)) >> 32)
    }
}
