import MeshQueueCore
import MeshQueueTesting
import Testing

@Suite("Colliding fingerprints")
struct CollisionTests {
    /// The seed of a store that is founded with this number.
    private static let random: UInt64 = 4

    /// Two ids of recipient 1 that share a fingerprint under that seed: 32 bits are few enough to find some.
    private static let twins: (Int, Int) = {
        let seed = try! open(FaultyDisk(seed: 1), random: random).log.memory.index.seed
        let hash = seed.hash(recipient(1))
        var seen: [UInt64: Int] = [:]
        for number in 0... {
            let raw = seed.fingerprint(recipientHash: hash, id: itemID(number)).raw
            if let other = seen.updateValue(number, forKey: raw) { return (other, number) }
        }
        fatalError("not reached")
    }()

    @Test("Two ids under one fingerprint are two messages, held, removed and remembered apart")
    func apart() throws {
        let (first, second) = Self.twins
        let disk = FaultyDisk(seed: 1)
        var store = try open(disk, random: Self.random)
        #expect(try store.perform([append(first)], nowSeconds: now)[0].isStored)
        #expect(try store.perform([append(second), append(first)], nowSeconds: now).map(\.isStored) == [true, false])
        #expect(try store.ids() == [itemID(first), itemID(second)])
        #expect(try store.perform([remove(first)], nowSeconds: now) == [.removed])
        #expect(try store.ids() == [itemID(second)])
        #expect(try store.perform([append(first), append(second)], nowSeconds: now) == [.removedBefore, .duplicate])
        store.close()
        store = try open(disk, random: 5)
        #expect(try store.perform([append(first), append(second)], nowSeconds: now) == [.removedBefore, .duplicate])
        #expect(try store.perform([remove(second)], nowSeconds: now) == [.removed])
        store.close()
        store = try open(disk, random: 6)
        #expect(
            try store.perform([append(first), append(second)], nowSeconds: now) == [.removedBefore, .removedBefore])
        #expect(store.totals == QueueTotals())
    }

    @Test("A tombstone doesn't stop another id under its fingerprint, in memory and in a run")
    func tombstone() throws {
        let (first, second) = Self.twins
        let disk = FaultyDisk(seed: 1)
        var store = try open(disk, random: Self.random)
        _ = try store.perform([append(first), remove(first)], nowSeconds: now)
        #expect(try store.perform([append(second), release(second)], nowSeconds: now)[0].isStored)
        store.close()
        store = try open(disk, random: 5)
        #expect(
            try store.perform([append(second), remove(second), append(second)], nowSeconds: now).last == .removedBefore)
    }
}
