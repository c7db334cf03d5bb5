import MeshQueue
import MeshQueueCore
import Testing

@Suite("Contract of every store: removal")
struct RemoveContractTests {
    let directory = TemporaryDirectory()

    @Test("A removed message is gone, and its id is refused until its time", arguments: StoreKind.allCases)
    func removed(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        _ = try store.perform([append(1), append(2)], nowSeconds: now)
        #expect(try store.perform([remove(1, keepUntil: now + 100)], nowSeconds: now) == [.removed])
        #expect(try store.ids() == [itemID(2)])
        #expect(store.totals == QueueTotals(recipients: 1, messages: 1, bytes: 100))
        #expect(try store.perform([append(1)], nowSeconds: now + 99) == [.removedBefore])
        #expect(try store.perform([append(1)], nowSeconds: now + 100)[0].isStored)
        #expect(try store.ids() == [itemID(2), itemID(1)])
    }

    @Test(
        "The removal of what isn't held is remembered, and a copy that comes later is refused",
        arguments: StoreKind.allCases)
    func notHeld(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        let first = try store.perform([remove(1), append(1), remove(1), append(2)], nowSeconds: now)
        #expect(first.dropLast() == [.remembered, .removedBefore, .removedBefore])
        #expect(try store.perform([remove(3), remove(3)], nowSeconds: now) == [.remembered, .removedBefore])
        #expect(try store.perform([append(3), remove(3)], nowSeconds: now) == [.removedBefore, .removedBefore])
        #expect(
            try store.perform([remove(2), remove(2), append(2)], nowSeconds: now) == [
                .removed, .removedBefore, .removedBefore,
            ])
        #expect(store.totals == QueueTotals())
        #expect(try store.perform([append(3, expiry: .max)], nowSeconds: later + 86_400)[0].isStored)
    }

    @Test("The removal of what isn't held, with its time past, is not remembered", arguments: StoreKind.allCases)
    func notHeldPast(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        #expect(
            try store.perform([remove(1, keepUntil: now), append(1)], nowSeconds: now).map(\.isStored) == [false, true])
        #expect(try store.perform([remove(2, keepUntil: now)], nowSeconds: now) == [.notHeld])
    }

    @Test("A released message is gone, and nothing remembers it", arguments: StoreKind.allCases)
    func released(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        _ = try store.perform([append(1), append(2)], nowSeconds: now)
        #expect(
            try store.perform([release(1), release(1), release(3)], nowSeconds: now) == [.released, .notHeld, .notHeld])
        #expect(try store.ids() == [itemID(2)])
        #expect(store.totals == QueueTotals(recipients: 1, messages: 1, bytes: 100))
        #expect(try store.perform([append(1)], nowSeconds: now)[0].isStored)
        #expect(try store.ids() == [itemID(2), itemID(1)])
    }

    @Test("An append and its release in one batch leave nothing; the id may come again", arguments: StoreKind.allCases)
    func releasedAtOnce(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        let outcomes = try store.perform([append(1), release(1), release(1), append(1)], nowSeconds: now)
        #expect(outcomes[0].isStored && outcomes[3].isStored)
        #expect(outcomes[0] != outcomes[3])
        #expect(outcomes[1...2] == [.released, .notHeld])
        #expect(try store.ids() == [itemID(1)])
        #expect(try store.perform([append(2), release(2)], nowSeconds: now).last == .released)
        #expect(store.totals == QueueTotals(recipients: 1, messages: 1, bytes: 100))
        #expect(try store.perform([remove(1), release(1)], nowSeconds: now) == [.removed, .notHeld])
    }

    @Test(
        "Every commit has a larger number than those before, also if it changed nothing", arguments: StoreKind.allCases)
    func numbers(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        var last: UInt64 = 0
        for operations in [[append(1)], [append(1)], [append(2), remove(2)], [release(9)], [remove(1)]] {
            let commit = try store.commit(operations, nowSeconds: now)
            #expect(commit.number > last)
            last = commit.number
        }
    }

    @Test(
        "An append and its removal in one batch leave a tombstone and no message, and both say so",
        arguments: StoreKind.allCases)
    func sameBatch(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        let outcomes = try store.perform([append(1), append(2), remove(1), append(1)], nowSeconds: now)
        #expect(outcomes[0] == .storedAndRemoved)
        #expect(outcomes[1].isStored)
        #expect(outcomes[2] == .removed)
        #expect(outcomes[3] == .removedBefore)
        #expect(try store.ids() == [itemID(2)])
        #expect(try store.perform([append(1)], nowSeconds: now) == [.removedBefore])
        #expect(store.totals == QueueTotals(recipients: 1, messages: 1, bytes: 100))
    }

    @Test("A tombstone of the past doesn't stop an append, not even in its batch", arguments: StoreKind.allCases)
    func pastTombstone(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        _ = try store.perform([append(1)], nowSeconds: now)
        let outcomes = try store.perform(
            [remove(1, keepUntil: now), append(1), append(1), remove(1, keepUntil: now), append(1)], nowSeconds: now)
        #expect(outcomes[0] == .removed)
        #expect(outcomes[1] == .storedAndRemoved)
        #expect(outcomes[2] == .duplicate)
        #expect(outcomes[3] == .removed)
        #expect(outcomes[4].isStored)
        #expect(try store.ids() == [itemID(1)])
    }

}
