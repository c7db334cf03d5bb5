import MeshQueueCore
import Testing

@Suite("Tables in memory")
struct MapTests {
    @Test("The sharded map, changed at random, has what a dictionary of sets has", arguments: [1, 2, 3] as [UInt64])
    func sharded(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var map = ShardedMap()
        var model: [UInt64: Set<UInt32>] = [:]
        // Few hashes, in few shards, close to each other and to the end: long runs that wrap around.
        let hashes = (0..<400 as Range<UInt64>).map { number -> UInt64 in
            let tag: UInt64 = number < 200 ? 0xFFFF_FFFF : number * 2
            return tag << 32 | (number / 50) << 8 | number % 3
        }
        for value in 0..<20_000 as Range<UInt32> {
            let hash = hashes[Int.random(in: 0..<hashes.count, using: &random)]
            if Bool.random(using: &random) {
                map.insert(hash, value)
                model[hash, default: []].insert(value)
            } else if let held = model[hash]?.randomElement(using: &random) {
                map.remove(hash, held)
                model[hash]?.remove(held)
            }
        }
        #expect(map.count == model.values.reduce(0) { $0 + $1.count })
        for hash in hashes {
            // The map tells hashes apart by their upper half and their shard, the lowest byte.
            var expected: Set<UInt32> = []
            for other in hashes where other >> 32 == hash >> 32 && other & 0xFF == hash & 0xFF {
                expected.formUnion(model[other] ?? [])
            }
            #expect(Self.values(of: hash, in: map) == expected)
        }
    }

    private static func values(of hash: UInt64, in map: borrowing ShardedMap) -> Set<UInt32> {
        var found: Set<UInt32> = []
        var probe = map.probe(hash)
        while let value = map.next(&probe) { found.insert(value) }
        return found
    }

    @Test("The batch map keeps several values a key, and forgets them at once")
    func batch() {
        var map = BatchMap()
        for round in 0..<3 as Range<UInt32> {
            for key in 0..<1_000 as Range<UInt32> {
                map.insert(UInt64(key) &* 0x9E37_79B9, key + round)
                map.insert(UInt64(key) &* 0x9E37_79B9, key + 5_000)
            }
            #expect(map.first(7 &* 0x9E37_79B9) { $0 < 5_000 } == 7 + round)
            #expect(map.first(7 &* 0x9E37_79B9) { $0 >= 5_000 } == 5_007)
            #expect(map.first(1) { _ in true } == nil)
            map.removeAll()
            #expect(map.first(7 &* 0x9E37_79B9) { _ in true } == nil)
        }
    }

    @Test("A chunk's dead entries are counted among those it has")
    func deadEntries() {
        var dead = DeadEntries.none
        for entry in [0, 5, 63, 64, 119] as [UInt8] { dead.insert(entry) }
        #expect([0, 1, 64, 65, 120, 128].map { dead.count(of: $0) } == [0, 1, 3, 4, 5, 5])
        #expect(dead.contains(64) && !dead.contains(65))
        #expect(DeadEntries.all.contains(119))
    }

    @Test("The filter of a run never denies what is in it, and sends few strangers to disk")
    func filter() {
        var random = SplitMix(seed: 5)
        var filter = TombstoneFilter(entryCount: 20_000)
        let members = (0..<20_000).map { _ in Fingerprint(raw: random.next()) }
        for member in members { filter.insert(member) }
        #expect(members.allSatisfy { filter.mayContain($0) })
        let wrong = (0..<20_000).count { _ in filter.mayContain(Fingerprint(raw: random.next())) }
        #expect(wrong < 20_000 / 100)
    }

    @Test("Recent tombstones are found by fingerprint, and sorted by bucket")
    func recent() {
        var recent = RecentTombstones()
        var random = SplitMix(seed: 6)
        var entries: [TombstoneEntry] = []
        for number in 0..<5_000 {
            let key = JournalKey(bucket: UInt16(1 + number % 3), counter: UInt64(number))
            let entry = TombstoneEntry(
                fingerprint: random.next(), locator: TombstoneLocator(row: key, number: number % 256).raw)
            entries.append(entry)
            recent.insert(entry)
        }
        for entry in entries {
            let isFound = recent.contains(Fingerprint(raw: entry.fingerprint)) { $0.raw == entry.locator }
            #expect(isFound)
        }
        #expect(!recent.contains(Fingerprint(raw: 1)) { _ in true })
        let groups = recent.sortedByBucket()
        #expect(groups.map(\.bucket) == [1, 2, 3])
        #expect(groups.allSatisfy { group in zip(group.entries, group.entries.dropFirst()).allSatisfy { $0 < $1 } })
        #expect(groups.reduce(0) { $0 + $1.entries.count } == 5_000)
    }
}
