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

    @Test("Removed ids are found by their names, and sorted by fingerprint")
    func arena() {
        var arena = TombstoneArena()
        let seed = QueueSeed(word0: 1, word1: 2)
        let removals = (0..<3_000).map { number in
            LogRemoval(
                key: key(number, of: number % 9),
                tombstone: LogRemoval.Tombstone(proof: proof(number), keepUntilSeconds: now + UInt32(number)))
        }
        for removal in removals { arena.insert(removal, seed.fingerprint(removal.key.recipient, removal.key.id)) }
        for (number, removal) in removals.enumerated() {
            let fingerprint = seed.fingerprint(removal.key.recipient, removal.key.id)
            #expect(arena.find(removal.key, fingerprint, nowSeconds: now + UInt32(number) - 1) == removal.tombstone)
            #expect(arena.find(removal.key, fingerprint, nowSeconds: now + UInt32(number)) == nil)
        }
        let orders = arena.sorted(after: nil).map { arena.entry(at: $0).order }
        #expect(orders.count == 3_000 && zip(orders, orders.dropFirst()).allSatisfy { $0 < $1 })
        let rest = arena.sorted(after: orders[1_000]).map { arena.entry(at: $0).order }
        #expect(rest == Array(orders[1_001...]))
    }
}
