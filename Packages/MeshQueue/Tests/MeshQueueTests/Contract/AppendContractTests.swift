import MeshQueue
import MeshQueueCore
import Testing

@Suite("Contract of every store: append and fetch")
struct AppendContractTests {
    let directory = TemporaryDirectory()

    @Test("Messages appended in batches are fetched in order of arrival, as they were", arguments: StoreKind.allCases)
    func order(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        var sequences: [UInt64] = []
        for batch in 0..<4 {
            let outcomes = try store.perform((0..<5).map { append(batch * 5 + $0) }, nowSeconds: now)
            sequences += outcomes.compactMap(\.sequence)
        }
        #expect(sequences.count == 20)
        #expect(zip(sequences, sequences.dropFirst()).allSatisfy { $0 < $1 })
        let found = try store.all()
        #expect(found.map(\.id) == (0..<20).map { itemID($0) })
        #expect(found.map(\.payload) == (0..<20).map { payload($0) })
    }

    @Test("An id held already is a duplicate, in a later batch and in the same one", arguments: StoreKind.allCases)
    func duplicate(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        let first = try store.perform([append(1), append(1), append(2)], nowSeconds: now)
        #expect(first[0].isStored)
        #expect(first[1] == .duplicate)
        #expect(first[2].isStored)
        #expect(try store.perform([append(2, count: 300), append(1)], nowSeconds: now) == [.duplicate, .duplicate])
        #expect(store.totals == QueueTotals(recipients: 1, messages: 2, bytes: 200))
        #expect(try store.all().map(\.payload) == [payload(1), payload(2)])
    }

    @Test("The same id for another recipient is another message", arguments: StoreKind.allCases)
    func sameIDElsewhere(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        let outcomes = try store.perform([append(1, to: 1), append(1, to: 2)], nowSeconds: now)
        #expect(outcomes.areStored)
        #expect(try store.perform([remove(1, of: 2)], nowSeconds: now) == [.removed])
        #expect(try store.ids(of: 1) == [itemID(1)])
        #expect(try store.ids(of: 2) == [])
    }

    @Test("Payloads of every size up to the limit come back; one byte more is refused", arguments: StoreKind.allCases)
    func sizes(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        let sizes = [0, 1, 7, 8, 9, 1_024, 40_000, 61_440, 65_511, 65_512, 65_513, 65_534, 65_535]
        let outcomes = try store.perform(
            sizes.enumerated().map { append($0, count: $1) } + [append(99, count: 65_536)], nowSeconds: now)
        #expect(outcomes.dropLast().areStored)
        #expect(outcomes.last == .payloadTooLarge(byteCount: 65_536, limit: 65_535))
        #expect(try store.all(pageSize: 3).map(\.payload) == sizes.enumerated().map { payload($0, count: $1) })
    }

    @Test("One batch of hundreds of messages of mixed size is stored whole", arguments: StoreKind.allCases)
    func largeBatch(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        let sizes = (0..<700).map { [10, 512, 1_100, 4_200, 16_500][$0 % 5] }
        let outcomes = try store.perform(sizes.enumerated().map { append($0, count: $1) }, nowSeconds: now)
        #expect(outcomes.areStored)
        #expect(store.totals.bytes == sizes.reduce(0, +))
        let found = try store.all(pageSize: 90)
        #expect(found.map(\.id) == (0..<700).map { itemID($0) })
        #expect(found.map(\.payload) == sizes.enumerated().map { payload($0, count: $1) })
    }

    @Test("A limit on payloads that is set lower counts", arguments: StoreKind.allCases)
    func lowerLimit(kind: StoreKind) throws {
        var store = try kind.make(in: directory, limits: QueueLimits(payloadBytes: 50))
        let outcomes = try store.perform([append(1, count: 50), append(2, count: 51)], nowSeconds: now)
        #expect(outcomes[0].isStored)
        #expect(outcomes[1] == .payloadTooLarge(byteCount: 51, limit: 50))
    }

    @Test("An empty batch has no outcomes", arguments: StoreKind.allCases)
    func emptyBatch(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        #expect(try store.perform([], nowSeconds: now) == [])
    }
}
