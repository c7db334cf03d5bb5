import MeshQueue
import MeshQueueCore
import Testing

@Suite("Stores compared")
struct DifferentialTests {
    @Test(
        "The store on SQLite, driven at random and reopened at random, answers like the one in memory",
        arguments: [1, 2, 3, 4] as [UInt64])
    func likeMemory(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let directory = TemporaryDirectory()
        let limits = QueueLimits(messagesPerRecipient: 40, bytesPerRecipient: 60_000)
        var options = QueueOptions(limits: limits)
        if seed % 2 == 0 { options.tombstonesPerFold = 10 }
        if seed > 2 { options.checkpointPages = 20 }
        var model = MemoryQueueStore(limits: limits, proofCheck: prefixProof)
        var store = try SQLiteQueueStore(directory: directory.path, options: options, proofCheck: prefixProof)
        var time = now
        for round in 0..<250 {
            let operations = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                Self.operation(time: time, &random)
            }
            let expected = try model.perform(operations, nowSeconds: time)
            #expect(try store.perform(operations, nowSeconds: time) == expected, "seed \(seed), round \(round)")
            #expect(store.totals == model.totals)
            time += UInt32.random(in: 0...200, using: &random)
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                try store.close()
                store = try SQLiteQueueStore(directory: directory.path, options: options, proofCheck: prefixProof)
            case 1:
                let dropped = try model.expire(nowSeconds: time)
                #expect(try store.expire(nowSeconds: time) == dropped)
            case 2:
                while store.housekeep(isIdle: true) {}
            default: break
            }
            let owner = Int.random(in: 0..<8, using: &random)
            #expect(store.totals(of: recipient(owner)) == model.totals(of: recipient(owner)))
            try Self.compare(&store, &model, owner: owner, seed: seed, round: round)
        }
    }

    private static func operation(time: UInt32, _ random: inout SplitMix) -> QueueOperation {
        let owner = Int.random(in: 0..<8, using: &random)
        let number = Int.random(in: 0..<400, using: &random)
        if Int.random(in: 0..<5, using: &random) < 3 {
            let size = [8, 60, 1_100, 5_000][Int.random(in: 0..<4, using: &random)]
            return append(number, to: owner, count: size, expiry: time + UInt32.random(in: 0...20_000, using: &random))
        }
        let keepUntil = time + UInt32.random(in: 0...200_000, using: &random)
        if Int.random(in: 0..<8, using: &random) == 0 {
            return .remove(
                recipient: recipient(owner), id: itemID(number), proof: proof(number + 1), keepUntilSeconds: keepUntil)
        }
        return remove(number, of: owner, keepUntil: keepUntil)
    }

    private static func compare(
        _ store: inout SQLiteQueueStore, _ model: inout MemoryQueueStore, owner: Int, seed: UInt64, round: Int
    ) throws {
        let found = try store.all(of: owner, pageSize: 16)
        let expected = try model.all(of: owner, pageSize: 16)
        #expect(found.map(\.id) == expected.map(\.id), "seed \(seed), round \(round)")
        #expect(found.map(\.payload) == expected.map(\.payload), "seed \(seed), round \(round)")
    }
}
