import MeshQueue
import MeshQueueCore
import Testing

@Suite("Remembered ids")
struct TombstoneTests {
    private static func options(tombstonesPerFold: Int) -> QueueOptions {
        var options = QueueOptions()
        options.tombstonesPerFold = tombstonesPerFold
        return options
    }

    @Test("Ids stay remembered through folds, merges and restarts, and are forgotten after their time")
    func longHistory() throws {
        let directory = TemporaryDirectory()
        let options = Self.options(tombstonesPerFold: 50)
        var store = try SQLiteQueueStore(directory: directory.path, options: options, proofCheck: prefixProof)
        // 3,000 removals over four days, in 60 folds and some merges.
        for batch in 0..<100 {
            let numbers = batch * 30..<batch * 30 + 30
            let keepUntil = now + UInt32(1 + batch % 4) * 86_400
            _ = try store.perform(numbers.map { append($0, to: $0 % 9, count: 50, expiry: keepUntil) }, nowSeconds: now)
            let outcomes = try store.perform(
                numbers.map { remove($0, of: $0 % 9, keepUntil: keepUntil) }, nowSeconds: now)
            #expect(outcomes.allSatisfy { $0 == .removed })
            if batch % 23 == 22 {
                try store.close()
                store = try SQLiteQueueStore(directory: directory.path, options: options, proofCheck: prefixProof)
            }
        }
        while store.housekeep(isIdle: true) {}
        for day in 0..<5 as Range<UInt32> {
            let time = now + day * 86_400 + 10
            while !(try store.expire(nowSeconds: time).isComplete) {}
            while store.housekeep(isIdle: true) {}
            for number in stride(from: 0, to: 3_000, by: 7) {
                let isRemembered = UInt32(1 + number / 30 % 4) > day
                let operation = append(number, to: number % 9, count: 50, expiry: time + 1)
                let outcome = try store.perform([operation], nowSeconds: time)[0]
                #expect((outcome == .removedBefore) == isRemembered, "message \(number), day \(day): \(outcome)")
            }
            try store.close()
            store = try SQLiteQueueStore(directory: directory.path, options: options, proofCheck: prefixProof)
            while !(try store.expire(nowSeconds: time + 1).isComplete) {}
        }
    }

    @Test("A tombstone without a message on disk (append and removal in one batch) survives a restart")
    func sameBatch() throws {
        let directory = TemporaryDirectory()
        var store = try SQLiteQueueStore(directory: directory.path, proofCheck: prefixProof)
        #expect(try store.perform([append(1), remove(1)], nowSeconds: now) == [.storedAndRemoved, .removed])
        try store.close()
        store = try SQLiteQueueStore(directory: directory.path, proofCheck: prefixProof)
        #expect(try store.perform([append(1)], nowSeconds: now) == [.removedBefore])
        #expect(try store.perform([append(2)], nowSeconds: now) == [.stored(sequence: 2)])
    }
}
