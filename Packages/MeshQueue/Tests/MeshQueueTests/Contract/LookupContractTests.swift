import MeshQueue
import MeshQueueCore
import Testing

@Suite("Contract of every store: ids")
struct LookupContractTests {
    let directory = TemporaryDirectory()

    @Test("A look-up says of each id whether it is held, removed or unknown, in order", arguments: StoreKind.allCases)
    func lookup(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        let outcomes = try store.perform([append(1), append(2, to: 2, count: 50), append(3)], nowSeconds: now)
        _ = try store.perform([remove(3), remove(4, keepUntil: now + 5), release(1)], nowSeconds: now)
        let keys = [key(4), key(2, of: 2), key(1), key(3), key(2), key(2, of: 2)]
        let held = QueueLookup.held(
            sequence: outcomes[1].sequence!, expirySeconds: later, byteCount: 50, isHandedOut: false)
        #expect(
            try store.lookup(keys, nowSeconds: now) == [
                .removed(proof: proof(4), keepUntilSeconds: now + 5), held, .unknown,
                .removed(proof: proof(3), keepUntilSeconds: later + 86_400), .unknown, held,
            ])
        #expect(try store.lookup([key(4)], nowSeconds: now + 5) == [.unknown])
        #expect(try store.lookup([], nowSeconds: now) == [])
    }

    @Test("What is marked as handed out is shown so until it is gone", arguments: StoreKind.allCases)
    func handedOut(kind: StoreKind) throws {
        func isHandedOut(_ lookup: QueueLookup) -> Bool? {
            if case .held(_, _, _, let isHandedOut) = lookup { isHandedOut } else { nil }
        }
        var store = try kind.make(in: directory)
        _ = try store.perform((0..<4).map { append($0) }, nowSeconds: now)
        store.markHandedOut([key(1), key(9), key(2), key(2)])
        let keys = (0..<4).map { key($0) }
        #expect(try store.lookup(keys, nowSeconds: now).map(isHandedOut) == [false, true, true, false])
        _ = try store.perform([release(1), append(1)], nowSeconds: now)
        #expect(try store.lookup(keys, nowSeconds: now).map(isHandedOut) == [false, false, true, false])
    }

    @Test("A fetch by keys gives what is held, in the order of the keys", arguments: StoreKind.allCases)
    func fetchKeys(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        _ = try store.perform((0..<20).map { append($0, to: $0 % 3, count: 200 + $0) }, nowSeconds: now)
        _ = try store.perform([remove(6, of: 0)], nowSeconds: now)
        let page = try store.fetch(
            keys: [key(7, of: 1), key(6, of: 0), key(2, of: 2), key(2, of: 1), key(0, of: 0)], maxBytes: 10_000)
        #expect(page.items.map(\.id) == [7, 2, 0].map { itemID($0) })
        #expect(page.items.map(\.recipient) == [1, 2, 0].map { recipient($0) })
        #expect(page.items.map { Array(page.payload(of: $0)) } == [7, 2, 0].map { payload($0, count: 200 + $0) })
        #expect(page.examined == 5 && !page.hasMore && page.damaged.isEmpty)
    }

    @Test("A fetch by keys is bounded by bytes, and says how far it came", arguments: StoreKind.allCases)
    func fetchKeysBounded(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        _ = try store.perform((0..<10).map { append($0) }, nowSeconds: now)
        var keys = [key(99)] + (0..<10).map { key($0) } + [key(98)]
        var found: [QueueItemID] = []
        var sizes: [Int] = []
        while !keys.isEmpty {
            let page = try store.fetch(keys: keys, maxBytes: 350)
            found += page.items.map(\.id)
            sizes.append(page.items.count)
            #expect(page.hasMore == (page.examined < keys.count))
            keys.removeFirst(page.examined)
        }
        #expect(found == (0..<10).map { itemID($0) })
        #expect(sizes == [3, 3, 3, 1])
        #expect(try store.fetch(keys: [key(1), key(2)], maxBytes: 0).items.count == 1)
    }

    @Test("A list shows a queue's messages in order, in parts", arguments: StoreKind.allCases)
    func list(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        let outcomes = try store.perform(
            (0..<10).map { append($0, count: $0 * 10, expiry: later + UInt32($0)) }, nowSeconds: now)
        _ = try store.perform([append(50, to: 2), remove(4)], nowSeconds: now)
        let expected = (0..<10).filter { $0 != 4 }.map {
            QueueListEntry(
                id: itemID($0), sequence: outcomes[$0].sequence!, expirySeconds: later + UInt32($0), byteCount: $0 * 10)
        }
        let first = store.list(recipient(1), afterSequence: 0, maxCount: 5)
        #expect(first == QueueListing(entries: Array(expected[..<5]), hasMore: true))
        let rest = store.list(recipient(1), afterSequence: first.entries.last!.sequence, maxCount: 4)
        #expect(rest == QueueListing(entries: Array(expected[5...]), hasMore: false))
        #expect(store.list(recipient(1), afterSequence: .max, maxCount: 4).entries.isEmpty)
        #expect(store.list(recipient(3), afterSequence: 0, maxCount: 4) == QueueListing(entries: [], hasMore: false))
        #expect(store.list(recipient(1), afterSequence: 0, maxCount: 0).hasMore)
    }

    @Test(
        "Digests of equal sets are equal in any order, and differ otherwise and under another key",
        arguments: StoreKind.allCases)
    func digest(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        _ = try store.perform((0..<30).map { append($0, to: 1, expiry: later + UInt32($0)) }, nowSeconds: now)
        _ = try store.perform((0..<30).reversed().map { append($0, to: 2, count: 5) }, nowSeconds: now)
        let one = store.digest(of: recipient(1), key: 7, expiringAfterSeconds: 0)
        #expect(one.count == 30)
        #expect(one == store.digest(of: recipient(2), key: 7, expiringAfterSeconds: 0))
        #expect(one != store.digest(of: recipient(1), key: 8, expiringAfterSeconds: 0))
        #expect(store.digest(of: recipient(3), key: 7, expiringAfterSeconds: 0) == QueueDigest())
        _ = try store.perform([release(3, of: 2)], nowSeconds: now)
        #expect(store.digest(of: recipient(2), key: 7, expiringAfterSeconds: 0).count == 29)
        _ = try store.perform([append(3, to: 2), release(0, of: 1)], nowSeconds: now)
        let late = store.digest(of: recipient(1), key: 7, expiringAfterSeconds: later)
        #expect(late.count == 29)
        var expected = QueueDigest()
        for number in 1..<30 { expected.add(itemID(number), key: 7) }
        #expect(late == expected)
        #expect(one == store.digest(of: recipient(2), key: 7, expiringAfterSeconds: 0))
    }

    @Test("A digest is the sum of two keyed hashes, as published")
    func digestVector() {
        var digest = QueueDigest()
        digest.add(QueueItemID((0..<16).map { UInt8($0) })!, key: 0x0706_0504_0302_0100)
        var other = QueueDigest()
        other.add(QueueItemID((1...16).map { UInt8($0) })!, key: 0x0706_0504_0302_0100)
        #expect(digest.count == 1 && digest != other && digest.sum0 != digest.sum1)
        let before = digest
        digest.add(QueueItemID((1...16).map { UInt8($0) })!, key: 0x0706_0504_0302_0100)
        #expect(digest.sum0 == before.sum0 &+ other.sum0 && digest.sum1 == before.sum1 &+ other.sum1)
    }

    @Test(
        "A walk over removed ids lists each once, those not held, too, and no past ones", arguments: StoreKind.allCases)
    func tombstones(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        _ = try store.perform((0..<40).map { append($0, to: $0 % 4) }, nowSeconds: now)
        _ = try store.perform(
            (0..<60).map { remove($0, of: $0 % 4, keepUntil: now + 100 + UInt32($0)) }, nowSeconds: now)
        for (pageSize, gone) in [(7, 0), (60, 0), (1_000, 0), (11, 20)] {
            let found = try store.walk(pageSize: pageSize, nowSeconds: now + 99 + UInt32(gone))
            let expected = (gone..<60).map {
                QueueTombstone(key: key($0, of: $0 % 4), proof: proof($0), keepUntilSeconds: now + 100 + UInt32($0))
            }
            #expect(found.sorted { $0.key < $1.key } == expected.sorted { $0.key < $1.key })
        }
        #expect(try store.tombstones(from: .start, maxCount: 0, nowSeconds: now).next != nil)
    }
}
