import MeshQueue
import MeshQueueCore
import Testing

@Suite("Space")
struct SpaceTests {
    let directory = TemporaryDirectory()

    @Test("After a full drain the files shrink to a tenth of their peak")
    func drained() throws {
        let store = try open(directory)
        for start in stride(from: 0, to: 10_000, by: 500) {
            _ = try store.perform((start..<start + 500).map { append($0, to: $0 % 40, count: 2_000) }, nowSeconds: now)
        }
        let peak = directory.byteCount
        for start in stride(from: 0, to: 10_000, by: 500) {
            _ = try store.perform((start..<start + 500).map { remove($0, of: $0 % 40) }, nowSeconds: now)
        }
        while store.housekeep(isIdle: true) {}
        #expect(store.totals == QueueTotals())
        #expect(peak > 20_000_000)
        #expect(directory.byteCount * 10 < peak, "\(directory.byteCount) of \(peak) bytes")
    }

    @Test("Messages that stay are copied out of mostly dead chunks, and found where they are now, also after a restart")
    func compacted() throws {
        var store = try open(directory)
        for start in stride(from: 0, to: 4_000, by: 200) {
            _ = try store.perform((start..<start + 200).map { append($0, to: $0 % 7, count: 1_000) }, nowSeconds: now)
        }
        let stays = { (number: Int) in number % 10 == 3 }
        for start in stride(from: 0, to: 4_000, by: 200) {
            let gone = (start..<start + 200).filter { !stays($0) }
            _ = try store.perform(gone.map { remove($0, of: $0 % 7) }, nowSeconds: now)
        }
        while store.housekeep(isIdle: true) {}
        for _ in 0..<2 {
            for owner in 0..<7 {
                let expected = (0..<4_000).filter { stays($0) && $0 % 7 == owner }
                let found = try store.all(of: owner, pageSize: 30)
                #expect(found.map(\.id) == expected.map { itemID($0) })
                #expect(found.map(\.payload) == expected.map { payload($0, count: 1_000) })
            }
            try store.close()
            #expect(sqlInteger(directory.database, "SELECT count(*) FROM chunk_data") < 20)
            store = try open(directory)
        }
    }

    @Test(
        "Sequences and chunk numbers are never used twice, though all messages are gone and the store is opened again")
    func neverTwice() throws {
        var highest: UInt64 = 0
        for round in 0..<6 {
            let store = try open(directory)
            let outcomes = try store.perform((0..<30).map { append(round * 30 + $0) }, nowSeconds: now)
            let sequences = outcomes.compactMap(\.sequence)
            #expect(sequences.count == 30)
            #expect(sequences[0] > highest)
            highest = sequences[29]
            _ = try store.perform((0..<30).map { remove(round * 30 + $0) }, nowSeconds: now)
            while store.housekeep(isIdle: true) {}
            if round % 2 == 0 { try store.close() }
        }
    }
}
