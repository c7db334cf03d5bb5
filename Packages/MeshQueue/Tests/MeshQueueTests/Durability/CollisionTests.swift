import MeshQueue
import MeshQueueCore
import Testing

@Suite("Colliding fingerprints")
struct CollisionTests {
    private static let seed = QueueSeed(word0: 11, word1: 22)

    /// Two ids of recipient 1 that share a fingerprint under the seed: 32 bits are few enough to find some.
    private static let twins: (Int, Int) = {
        let hash = seed.hash(recipient(1))
        var seen: [UInt64: Int] = [:]
        for number in 0... {
            let raw = seed.fingerprint(recipientHash: hash, id: itemID(number)).raw
            if let other = seen.updateValue(number, forKey: raw) { return (other, number) }
        }
        fatalError("not reached")
    }()

    @Test("Two ids under one fingerprint are two messages, held, removed and remembered apart", arguments: [1, 1_000])
    func apart(tombstonesPerFold: Int) throws {
        let (first, second) = Self.twins
        let directory = TemporaryDirectory()
        var options = QueueOptions()
        options.seed = Self.seed
        options.tombstonesPerFold = tombstonesPerFold
        var store = try SQLiteQueueStore(directory: directory.path, options: options, proofCheck: prefixProof)
        #expect(try store.perform([append(first)], nowSeconds: now)[0].isStored)
        #expect(try store.perform([append(second), append(first)], nowSeconds: now).map(\.isStored) == [true, false])
        #expect(try store.ids() == [itemID(first), itemID(second)])
        #expect(try store.perform([remove(first)], nowSeconds: now) == [.removed])
        while store.housekeep(isIdle: true) {}
        #expect(try store.ids() == [itemID(second)])
        #expect(try store.perform([append(first), append(second)], nowSeconds: now) == [.removedBefore, .duplicate])
        try store.close()
        store = try SQLiteQueueStore(directory: directory.path, options: options, proofCheck: prefixProof)
        #expect(try store.perform([append(first), append(second)], nowSeconds: now) == [.removedBefore, .duplicate])
        #expect(try store.perform([remove(second)], nowSeconds: now) == [.removed])
        while store.housekeep(isIdle: true) {}
        #expect(
            try store.perform([append(first), append(second)], nowSeconds: now) == [.removedBefore, .removedBefore])
        #expect(store.totals == QueueTotals())
    }

    @Test("A tombstone doesn't stop another id under its fingerprint", arguments: [1, 1_000])
    func tombstone(tombstonesPerFold: Int) throws {
        let (first, second) = Self.twins
        let directory = TemporaryDirectory()
        var options = QueueOptions()
        options.seed = Self.seed
        options.tombstonesPerFold = tombstonesPerFold
        let store = try SQLiteQueueStore(directory: directory.path, options: options, proofCheck: prefixProof)
        _ = try store.perform([append(first), remove(first)], nowSeconds: now)
        while store.housekeep(isIdle: true) {}
        #expect(
            try store.perform([append(second), remove(second), append(second)], nowSeconds: now).last == .removedBefore)
    }
}
