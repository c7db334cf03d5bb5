import MeshQueue
import MeshQueueCore
import Testing

@Suite("Contract of every store: pages")
struct FetchContractTests {
    let directory = TemporaryDirectory()

    @Test("A fetch is bounded by count, and says whether more waits", arguments: StoreKind.allCases)
    func count(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        _ = try store.perform((0..<10).map { append($0) }, nowSeconds: now)
        let first = try store.fetch(QueueFetch(recipient: recipient(1), maxCount: 4))
        #expect(first.items.map(\.id) == (0..<4).map { itemID($0) })
        #expect(first.hasMore)
        #expect(first.lastSequence == first.items.last?.sequence)
        let rest = try store.fetch(
            QueueFetch(recipient: recipient(1), afterSequence: first.lastSequence, maxCount: 6))
        #expect(rest.items.map(\.id) == (4..<10).map { itemID($0) })
        #expect(!rest.hasMore)
        #expect(rest.items.allSatisfy { $0.expirySeconds == later })
    }

    @Test("A fetch is bounded by bytes, but gives one message at least", arguments: StoreKind.allCases)
    func bytes(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        _ = try store.perform([append(0, count: 500)] + (1..<6).map { append($0) }, nowSeconds: now)
        let first = try store.fetch(QueueFetch(recipient: recipient(1), maxBytes: 250))
        #expect(first.items.map(\.id) == [itemID(0)])
        #expect(first.hasMore)
        let second = try store.fetch(
            QueueFetch(recipient: recipient(1), afterSequence: first.lastSequence, maxBytes: 250))
        #expect(second.items.map(\.id) == [itemID(1), itemID(2)])
        let exact = try store.fetch(
            QueueFetch(recipient: recipient(1), afterSequence: second.lastSequence, maxBytes: 300))
        #expect(exact.items.count == 3)
        #expect(!exact.hasMore)
    }

    @Test("Nothing to fetch gives an empty page", arguments: StoreKind.allCases)
    func empty(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        _ = try store.perform([append(1)], nowSeconds: now)
        let unknown = try store.fetch(QueueFetch(recipient: recipient(2), afterSequence: 5))
        #expect(unknown.items.isEmpty && !unknown.hasMore && unknown.lastSequence == 5)
        let behind = try store.fetch(QueueFetch(recipient: recipient(1), afterSequence: .max))
        #expect(behind.items.isEmpty && !behind.hasMore && behind.lastSequence == .max)
        let none = try store.fetch(QueueFetch(recipient: recipient(1), maxCount: 0))
        #expect(none.items.isEmpty && none.hasMore && none.lastSequence == 0)
    }

    @Test("Pages stay in order while what was fetched is removed between them", arguments: StoreKind.allCases)
    func removedBetween(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        _ = try store.perform((0..<30).map { append($0, count: 2_000) }, nowSeconds: now)
        var request = QueueFetch(recipient: recipient(1), maxCount: 4)
        var seen: [QueueItemID] = []
        for page in 0... {
            let answer = try store.fetch(request)
            seen += answer.items.map(\.id)
            // Remove what was fetched, and one of what comes next.
            let fetched = seen.compactMap { id in (0..<30).first { itemID($0) == id } }.suffix(answer.items.count)
            _ = try store.perform(fetched.map { remove($0) }, nowSeconds: now)
            if page == 2 { _ = try store.perform([append(100)], nowSeconds: now) }
            request.afterSequence = answer.lastSequence
            if !answer.hasMore { break }
        }
        #expect(seen == (0..<30).map { itemID($0) } + [itemID(100)])
    }

    @Test("A fetch from any sequence begins right behind it", arguments: StoreKind.allCases)
    func anywhere(kind: StoreKind) throws {
        var store = try kind.make(in: directory)
        let sequences = try store.perform((0..<40).map { append($0, to: $0 % 2) }, nowSeconds: now)
            .compactMap(\.sequence)
        _ = try store.perform([remove(10, of: 0), remove(12, of: 0)], nowSeconds: now)
        for (number, sequence) in sequences.enumerated() {
            let page = try store.fetch(QueueFetch(recipient: recipient(0), afterSequence: sequence))
            let expected = (number + 1..<40).filter { $0 % 2 == 0 && $0 != 10 && $0 != 12 }
            #expect(page.items.map(\.id) == expected.map { itemID($0) })
        }
    }
}
