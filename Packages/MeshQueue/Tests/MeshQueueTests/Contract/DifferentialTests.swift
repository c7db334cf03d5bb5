import MeshQueueCore
import MeshQueueTesting
import Testing

@Suite("Stores compared")
struct DifferentialTests {
    @Test(
        "The log, driven at random and reopened at random, answers like the store in memory",
        arguments: 1...2 as ClosedRange<UInt64>)
    func likeMemory(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let disk = FaultyDisk(seed: seed)
        let limits = QueueLimits(messagesPerRecipient: 40, bytesPerRecipient: 60_000)
        var model = MemoryQueueStore(limits: limits)
        var store = try open(disk, options: .small(limits: limits))
        var time = now
        for round in 0..<100 {
            let operations = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                Self.operation(time: time, &random)
            }
            let expected = try model.perform(operations, nowSeconds: time)
            #expect(try store.perform(operations, nowSeconds: time) == expected, "seed \(seed), round \(round)")
            #expect(store.totals == model.totals)
            time += UInt32.random(in: 0...200, using: &random)
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                if Bool.random(using: &random) { store.close() } else { disk.crash() }
                store = try open(disk, options: .small(limits: limits), random: seed << 32 | UInt64(round))
            case 1:
                let dropped = try model.expire(nowSeconds: time)
                #expect(try store.expire(nowSeconds: time) == dropped)
            case 2:
                while store.housekeep(isIdle: true) {}
            default: store.housekeep(isIdle: false)
            }
            let owner = Int.random(in: 0..<8, using: &random)
            #expect(store.totals(of: recipient(owner)) == model.totals(of: recipient(owner)))
            try Self.compare(&store, &model, owner: owner, time: time, "seed \(seed), round \(round)")
        }
    }

    private static func operation(time: UInt32, _ random: inout SplitMix) -> QueueOperation {
        let owner = Int.random(in: 0..<8, using: &random)
        let number = Int.random(in: 0..<400, using: &random)
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<6:
            let size = [8, 60, 1_100, 5_000][Int.random(in: 0..<4, using: &random)]
            return append(number, to: owner, count: size, expiry: time + UInt32.random(in: 0...20_000, using: &random))
        case 6: return release(number, of: owner)
        default: return remove(number, of: owner, keepUntil: time + UInt32.random(in: 0...200_000, using: &random))
        }
    }

    private static func compare(
        _ store: inout LogQueueStore, _ model: inout MemoryQueueStore, owner: Int, time: UInt32, _ place: String
    ) throws {
        let found = try store.all(of: owner, pageSize: 16)
        let expected = try model.all(of: owner, pageSize: 16)
        #expect(found.map(\.id) == expected.map(\.id), "\(place)")
        #expect(found.map(\.payload) == expected.map(\.payload), "\(place)")
        let listed = store.list(recipient(owner), afterSequence: 0, maxCount: 1_000)
        #expect(listed == model.list(recipient(owner), afterSequence: 0, maxCount: 1_000), "\(place)")
        #expect(
            store.digest(of: recipient(owner), key: 5, expiringAfterSeconds: time)
                == model.digest(of: recipient(owner), key: 5, expiringAfterSeconds: time))
        try compareTombstones(&store, &model, time: time, place)
    }

    private static func compareTombstones(
        _ store: inout LogQueueStore, _ model: inout MemoryQueueStore, time: UInt32, _ place: String
    ) throws {
        let expected = try model.walk(pageSize: 4_096, nowSeconds: time)
        let found = try store.walk(pageSize: 33, nowSeconds: time)
        #expect(found.sorted { $0.key < $1.key } == expected.sorted { $0.key < $1.key }, "\(place)")
        let keys = (0..<20).map { key($0 * 20, of: $0 % 8) }
        let removed = { (answer: QueueLookup) in if case .removed = answer { answer } else { QueueLookup.unknown } }
        let (left, right) = try (
            store.lookup(keys, nowSeconds: time).map(removed), model.lookup(keys, nowSeconds: time).map(removed)
        )
        #expect(left == right, "\(place)")
    }
}

extension QueueStore {
    /// Everything that is remembered.
    mutating func walk(pageSize: Int, nowSeconds: UInt32) throws -> [QueueTombstone] {
        var found: [QueueTombstone] = []
        var cursor: QueueTombstoneCursor? = .start
        while let from = cursor {
            let page = try tombstones(from: from, maxCount: pageSize, nowSeconds: nowSeconds)
            found += page.tombstones
            cursor = page.next
        }
        return found
    }
}
