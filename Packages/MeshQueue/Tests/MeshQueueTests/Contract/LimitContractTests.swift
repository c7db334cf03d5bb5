import MeshQueue
import MeshQueueCore
import Testing

@Suite("Contract of every store: expiry, quotas, totals")
struct LimitContractTests {
    let directory = TemporaryDirectory()

    @Test("What has expired is refused on arrival", arguments: StoreKind.allCases)
    func refusedExpired(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        let outcomes = try store.perform(
            [append(1, expiry: now), append(2, expiry: now + 1), append(3, expiry: 0)], nowSeconds: now)
        #expect(outcomes[0] == .expired)
        #expect(outcomes[1].isStored)
        #expect(outcomes[2] == .expired)
    }

    @Test("expire drops what is due and nothing else, and remembers no ids for it", arguments: StoreKind.allCases)
    func expire(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        _ = try store.perform((0..<20).map { append($0, to: $0 % 3, expiry: now + 1 + UInt32($0)) }, nowSeconds: now)
        #expect(try store.expire(nowSeconds: now) == QueueExpiry(messages: 0, isComplete: true))
        #expect(try store.expire(nowSeconds: now + 10) == QueueExpiry(messages: 10, isComplete: true))
        #expect(store.totals == QueueTotals(recipients: 3, messages: 10, bytes: 1_000))
        #expect(try store.ids(of: 0) == [12, 15, 18].map { itemID($0) })
        #expect(try store.perform([append(3, to: 0)], nowSeconds: now + 10)[0].isStored)
        #expect(try store.expire(nowSeconds: later) == QueueExpiry(messages: 11, isComplete: true))
        #expect(store.totals == QueueTotals())
    }

    @Test("expire does a bounded part a call, and says when it is complete", arguments: StoreKind.allCases)
    func expireBounded(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        let count = QueueBounds.expiredPerCall + 100
        _ = try store.perform((0..<count).map { append($0, to: $0 % 50, count: 8) }, nowSeconds: now)
        let first = try store.expire(nowSeconds: later)
        #expect(first == QueueExpiry(messages: QueueBounds.expiredPerCall, isComplete: false))
        #expect(store.totals.messages == 100)
        #expect(try store.expire(nowSeconds: later) == QueueExpiry(messages: 100, isComplete: true))
        #expect(store.totals == QueueTotals())
    }

    @Test("A queue full by number refuses by name, and takes again after a removal", arguments: StoreKind.allCases)
    func messageQuota(kind: StoreKind) throws {
        var store = try kind.make(in: directory, limits: QueueLimits(messagesPerRecipient: 3))
        let outcomes = try store.perform((0..<5).map { append($0) } + [append(9, to: 2)], nowSeconds: now)
        #expect(outcomes.prefix(3).areStored)
        #expect(outcomes[3] == .recipientFull(.messages(limit: 3)))
        #expect(outcomes[4] == .recipientFull(.messages(limit: 3)))
        #expect(outcomes[5].isStored)
        #expect(try store.perform([append(1), append(7)], nowSeconds: now)[0] == .duplicate)
        let again = try store.perform([append(7), remove(0), append(7), append(8)], nowSeconds: now)
        #expect(again[0] == .recipientFull(.messages(limit: 3)))
        #expect(again[1] == .removed)
        #expect(again[2].isStored)
        #expect(again[3] == .recipientFull(.messages(limit: 3)))
        #expect(try store.ids() == [1, 2, 7].map { itemID($0) })
    }

    @Test("A queue full by bytes refuses what is too large for the rest", arguments: StoreKind.allCases)
    func byteQuota(kind: StoreKind) throws {
        var store = try kind.make(in: directory, limits: QueueLimits(bytesPerRecipient: 250))
        let outcomes = try store.perform(
            [append(1), append(2), append(3), append(4, count: 50), append(5, count: 1)], nowSeconds: now)
        #expect(outcomes.map(\.isStored) == [true, true, false, true, false])
        #expect(outcomes[2] == .recipientFull(.bytes(limit: 250)))
        #expect(store.totals(of: recipient(1)) == QueueTotals(recipients: 1, messages: 3, bytes: 250))
        // What is removed within the batch of its append counts no longer.
        let exchange = try store.perform(
            [remove(1), append(6), remove(6), append(7), remove(2), append(8)], nowSeconds: now)
        #expect(exchange[1] == .storedAndRemoved)
        #expect(exchange[3].isStored && exchange[5].isStored)
        #expect(store.totals(of: recipient(1)) == QueueTotals(recipients: 1, messages: 3, bytes: 250))
    }

    @Test("Totals follow every change", arguments: StoreKind.allCases)
    func totals(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        #expect(store.totals == QueueTotals())
        _ = try store.perform((0..<6).map { append($0, to: $0 % 2, count: 10 + $0) }, nowSeconds: now)
        #expect(store.totals == QueueTotals(recipients: 2, messages: 6, bytes: 75))
        #expect(store.totals(of: recipient(1)) == QueueTotals(recipients: 1, messages: 3, bytes: 39))
        _ = try store.perform([remove(0, of: 0), remove(2, of: 0), remove(4, of: 0)], nowSeconds: now)
        #expect(store.totals == QueueTotals(recipients: 1, messages: 3, bytes: 39))
        #expect(store.totals(of: recipient(0)) == QueueTotals())
    }

    @Test("A walk over the recipients lists each once, while others come and go", arguments: StoreKind.allCases)
    func recipients(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        _ = try store.perform((0..<10).map { append($0, to: $0, count: 10) }, nowSeconds: now)
        var listed: [QueueRecipientTotals] = []
        var cursor: QueueRecipientCursor? = .start
        var round = 0
        while let from = cursor {
            let page = store.recipients(from: from, maxCount: 3)
            listed += page.recipients
            cursor = page.next
            round += 1
            _ = try store.perform([append(100 + round, to: 100 + round), remove(9, of: 9)], nowSeconds: now)
        }
        for stayed in 0..<9 {
            let expected = QueueRecipientTotals(recipient: recipient(stayed), messages: 1, bytes: 10)
            #expect(listed.filter { $0 == expected }.count == 1)
        }
        #expect(Set(listed.map(\.recipient)).count == listed.count)
        #expect(store.recipients(from: .start, maxCount: 0).next != nil)
    }
}
