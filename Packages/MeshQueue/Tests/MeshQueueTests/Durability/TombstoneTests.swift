import MeshQueueCore
import MeshQueueTesting
import Testing

@Suite("Remembered ids")
struct TombstoneTests {
    @Test("Ids stay remembered through folds, merges and restarts, and are forgotten after their time")
    func longHistory() throws {
        let disk = FaultyDisk(seed: 3)
        var store = try open(disk)
        // 3,000 removals over four days, in some hundred folds and some merges.
        for batch in 0..<100 {
            let numbers = batch * 30..<batch * 30 + 30
            let keepUntil = now + UInt32(1 + batch % 4) * 86_400
            _ = try store.perform(numbers.map { append($0, to: $0 % 9, count: 50, expiry: keepUntil) }, nowSeconds: now)
            let outcomes = try store.perform(
                numbers.map { remove($0, of: $0 % 9, keepUntil: keepUntil) }, nowSeconds: now)
            #expect(outcomes.allSatisfy { $0 == .removed })
            for _ in 0..<3 { store.housekeep(isIdle: false) }
            if batch % 23 == 22 {
                if batch % 2 == 0 { store.close() } else { disk.crash() }
                store = try open(disk, random: UInt64(batch))
            }
        }
        while store.housekeep(isIdle: true) {}
        #expect((1..<2 * RunMerge.fanIn).contains(store.log.memory.runs.count))
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
            store.close()
            store = try open(disk, random: UInt64(day) + 1_000)
            while !(try store.expire(nowSeconds: time + 1).isComplete) {}
        }
        _ = try store.expire(nowSeconds: now + 10 * 86_400)
        while store.housekeep(isIdle: true) {}
        #expect(store.log.memory.runs.isEmpty)
        #expect(try disk.names().filter { $0.hasPrefix("run-") } == [])
    }

    @Test("A tombstone without a message on disk (append and removal in one batch) survives a restart")
    func sameBatch() throws {
        let disk = FaultyDisk(seed: 3)
        var store = try open(disk)
        #expect(try store.perform([append(1), remove(1)], nowSeconds: now) == [.storedAndRemoved, .removed])
        disk.crash()
        store = try open(disk, random: 2)
        #expect(try store.perform([append(1)], nowSeconds: now) == [.removedBefore])
        #expect(try store.perform([append(2)], nowSeconds: now) == [.stored(sequence: 2)])
    }
}
