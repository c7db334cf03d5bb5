import MeshQueue
import MeshQueueCore
import MeshQueueTesting
import Testing

@Suite("Space")
struct SpaceTests {
    @Test("After a full drain the files shrink to a tenth of their peak")
    func drained() throws {
        let directory = TemporaryDirectory()
        let store = try open(directory)
        for start in stride(from: 0, to: 10_000, by: 500) {
            _ = try store.perform((start..<start + 500).map { append($0, to: $0 % 40, count: 2_000) }, nowSeconds: now)
            store.housekeep(isIdle: false)
        }
        let peak = directory.byteCount
        for start in stride(from: 0, to: 10_000, by: 500) {
            _ = try store.perform((start..<start + 500).map { remove($0, of: $0 % 40) }, nowSeconds: now)
            store.housekeep(isIdle: false)
        }
        while store.housekeep(isIdle: true) {}
        #expect(store.totals == QueueTotals())
        #expect(peak > 20_000_000)
        #expect(directory.byteCount * 10 < peak, "\(directory.byteCount) of \(peak) bytes")
    }

    @Test(
        "Messages that stay are copied out of mostly dead segments, and found where they are now, also after a restart")
    func compacted() throws {
        let disk = FaultyDisk(seed: 4)
        var store = try open(disk)
        for start in stride(from: 0, to: 4_000, by: 200) {
            _ = try store.perform((start..<start + 200).map { append($0, to: $0 % 7, count: 1_000) }, nowSeconds: now)
        }
        let peak = disk.byteCount
        let stays = { (number: Int) in number % 10 == 3 }
        for start in stride(from: 0, to: 4_000, by: 200) {
            let gone = (start..<start + 200).filter { !stays($0) }
            _ = try store.perform(gone.map { remove($0, of: $0 % 7) }, nowSeconds: now)
        }
        while store.housekeep(isIdle: true) {}
        #expect(disk.byteCount * 4 < peak, "\(disk.byteCount) of \(peak) bytes")
        for round in 0..<3 as Range<UInt64> {
            for owner in 0..<7 {
                let expected = (0..<4_000).filter { stays($0) && $0 % 7 == owner }
                let found = try store.all(of: owner, pageSize: 30)
                #expect(found.map(\.id) == expected.map { itemID($0) })
                #expect(found.map(\.payload) == expected.map { payload($0, count: 1_000) })
            }
            if round == 0 { disk.crash() } else { store.close() }
            store = try open(disk, random: round + 2)
        }
    }

    @Test(
        "A drain of one recipient after the other copies nothing: it writes each removal twice, in a frame and in a run"
    )
    func drainWrites() throws {
        let disk = FaultyDisk(seed: 4)
        var options = LogOptions.small()
        options.tombstoneBytesPerFold = 128 << 10
        let store = try open(disk, options: options)
        for start in stride(from: 0, to: 4_000, by: 100) {
            _ = try store.perform((start..<start + 100).map { append($0, to: $0 % 50, count: 1_000) }, nowSeconds: now)
            store.housekeep(isIdle: false)
        }
        let before = disk.writtenBytes
        for owner in 0..<50 {
            let all = (0..<80).map {
                QueueOperation.remove(
                    recipient: recipient(owner), id: itemID(owner + 50 * $0),
                    proof: QueueProof(payload($0, count: 96))!, keepUntilSeconds: later)
            }
            for start in stride(from: 0, to: 80, by: 10) {
                _ = try store.perform(Array(all[start..<start + 10]), nowSeconds: now)
                store.housekeep(isIdle: false)
            }
        }
        #expect(store.totals == QueueTotals())
        #expect(before > 4_000_000)
        // 117 bytes each, and shares of recipients, frames, blocks and states.
        #expect(disk.writtenBytes - before < 2 * 4_000 * 130)
    }

    @Test("A busy store without idle moments stays within a multiple of what it holds")
    func busy() throws {
        let disk = FaultyDisk(seed: 4)
        var options = LogOptions.small()
        options.tombstoneBytesPerFold = 128 << 10
        let store = try open(disk, options: options)
        var highest = 0
        for start in stride(from: 0, to: 12_000, by: 100) {
            _ = try store.perform((start..<start + 100).map { append($0, to: $0 % 7, count: 1_000) }, nowSeconds: now)
            if start >= 500 {
                let gone = (start - 500..<start - 400).filter { $0 % 20 != 0 }
                _ = try store.perform(gone.map { remove($0, of: $0 % 7) }, nowSeconds: now)
            }
            for _ in 0..<2 { store.housekeep(isIdle: false) }
            highest = max(highest, disk.byteCount)
        }
        // 1.1 MB are held in the end, 12 MB went through; a MiB of slack, another of spare files.
        #expect(highest < 8 << 20, "\(highest)")
    }

    @Test("Sequences and commit numbers are never used twice, though all is gone and the store is opened again")
    func neverTwice() throws {
        let disk = FaultyDisk(seed: 5)
        var (highest, commit): (UInt64, UInt64) = (0, 0)
        for round in 0..<12 {
            let store = try open(disk, random: UInt64(round))
            let stored = try store.commit((0..<30).map { append(round * 30 + $0) }, nowSeconds: now)
            let sequences = stored.outcomes.compactMap(\.sequence)
            #expect(sequences.count == 30)
            #expect(sequences[0] > highest)
            #expect(stored.number > commit)
            highest = sequences[29]
            commit = try store.commit((0..<30).map { remove(round * 30 + $0) }, nowSeconds: now).number
            // What changes nothing has a number, too.
            if round % 4 == 3 { commit = try store.commit([remove(round * 30)], nowSeconds: now).number }
            while store.housekeep(isIdle: true) {}
            if round % 2 == 0 { store.close() }
            if round % 3 == 0 { disk.crash() }
        }
    }

    @Test("A store that may have no more bytes refuses appends by name, and takes removals")
    func limited() throws {
        let disk = FaultyDisk(seed: 5)
        var options = LogOptions.small()
        options.maximumBytes = 200 << 10
        let store = try open(disk, options: options)
        var stored = 0
        do throws(QueueError) {
            while stored < 1_000 {
                _ = try store.commit([append(stored, count: 1_000)], nowSeconds: now)
                stored += 1
            }
            Issue.record("not refused")
        } catch {
            guard case .outOfSpace = error else {
                Issue.record("\(error)")
                return
            }
        }
        // 32 KiB of it are the reserve.
        #expect((80..<200).contains(stored))
        for number in 0..<stored { #expect(try store.perform([remove(number)], nowSeconds: now) == [.removed]) }
        while store.housekeep(isIdle: true) {}
        #expect(try store.perform([append(5_000, count: 1_000)], nowSeconds: now)[0].isStored)
    }
}
