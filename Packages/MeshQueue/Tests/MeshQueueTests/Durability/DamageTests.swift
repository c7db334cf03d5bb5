import Foundation
import MeshQueue
import MeshQueueCore
import Testing

@Suite("Payloads that rot")
struct DamageTests {
    let directory = TemporaryDirectory()

    private final class Reports: @unchecked Sendable {
        private let lock = NSLock()
        private var all: [QueueReport] = []

        func add(_ report: QueueReport) { lock.withLock { all.append(report) } }

        var list: [QueueReport] { lock.withLock { all } }
    }

    /// A store of 20 messages, of which number 5 has a flipped bit in its payload.
    private func damaged(_ reports: Reports, at offset: Int = 20) throws -> SQLiteQueueStore {
        try fill(directory)
        flip(directory.database, where: Array(payload(5, count: 1_000)[8..<200]), offset: offset)
        return try SQLiteQueueStore(
            directory: directory.path, proofCheck: prefixProof, report: { reports.add($0) })
    }

    @Test("A message with a flipped bit is an error of its own, by id; the others come, in order, and it is reported")
    func oneMessage() throws {
        let reports = Reports()
        let store = try damaged(reports)
        let page = try store.fetch(QueueFetch(recipient: recipient(1)))
        #expect(page.items.map(\.id) == (0..<20).filter { $0 != 5 }.map { itemID($0) })
        #expect(
            page.items.allSatisfy { item in
                (0..<20).contains { payload($0, count: 1_000)[...] == page.payload(of: item) }
            })
        #expect(page.damaged.map(\.id) == [itemID(5)])
        #expect(page.damaged.map(\.sequence) == [6])
        #expect(page.damaged[0].detail.contains("checksum"))
        #expect(reports.list == [.damaged(page.damaged[0])])
        #expect(!page.hasMore && page.lastSequence == 20)
    }

    @Test("A page of nothing but damage moves on all the same")
    func damagedPage() throws {
        let store = try damaged(Reports())
        let page = try store.fetch(QueueFetch(recipient: recipient(1), afterSequence: 5, maxCount: 1))
        #expect(page.items.isEmpty && page.damaged.count == 1)
        #expect(page.hasMore && page.lastSequence == 6)
    }

    @Test("A new copy of a message that was found damaged takes its place")
    func healed() throws {
        var store = try damaged(Reports())
        #expect(try store.perform([append(5, count: 1_000)], nowSeconds: now) == [.duplicate])
        #expect(try store.fetch(QueueFetch(recipient: recipient(1))).damaged.count == 1)
        #expect(try store.perform([append(5, count: 1_000)], nowSeconds: now)[0].isStored)
        #expect(store.totals == QueueTotals(recipients: 1, messages: 20, bytes: 20_000))
        try store.close()
        store = try open(directory)
        #expect(try store.ids().last == itemID(5))
        #expect(try store.ids().count == 20)
    }

    @Test("A removal whose proof doesn't fit because the payload rotted says so")
    func removal() throws {
        try fill(directory)
        let start = itemID(5).bytes + withUnsafeBytes(of: later.littleEndian) { Array($0) } + payload(5, count: 30)
        flip(directory.database, where: start, offset: 21)
        let store = try open(directory)
        #expect(try store.perform([remove(5), remove(6)], nowSeconds: now) == [.damaged, .removed])
        let wrong = QueueOperation.remove(
            recipient: recipient(1), id: itemID(7), proof: proof(8), keepUntilSeconds: later)
        #expect(try store.perform([wrong], nowSeconds: now) == [.proofRefused])
    }

    @Test("A message whose id on disk is damaged is still known by its chunk's list")
    func damagedID() throws {
        try fill(directory)
        let start = itemID(5).bytes + withUnsafeBytes(of: later.littleEndian) { Array($0) } + payload(5, count: 30)
        flip(directory.database, where: start)
        let store = try open(directory)
        #expect(try store.perform([remove(5)], nowSeconds: now) == [.damaged])
        #expect(try store.fetch(QueueFetch(recipient: recipient(1))).damaged.map(\.id) == [itemID(5)])
        #expect(try store.perform([append(5)], nowSeconds: now)[0].isStored)
        #expect(try store.perform([append(5)], nowSeconds: now) == [.duplicate])
        #expect(store.totals.messages == 20)
    }

    @Test("Chunks whose data are gone or cut are errors of their messages, also for compaction")
    func missingChunk() throws {
        let reports = Reports()
        var store = try open(directory)
        for batch in 0..<3 {
            _ = try store.perform((batch * 20..<batch * 20 + 20).map { append($0) }, nowSeconds: now)
        }
        try store.close()
        sql(directory.database, "DELETE FROM chunk_data WHERE chunk=1")
        sql(directory.database, "UPDATE chunk_data SET body=substr(body,1,1000) WHERE chunk=2")
        store = try SQLiteQueueStore(
            directory: directory.path, proofCheck: prefixProof, report: { reports.add($0) })
        let page = try store.fetch(QueueFetch(recipient: recipient(1)))
        #expect(page.damaged.count == 32)
        #expect(page.items.map(\.id) == (Array(20..<28) + Array(40..<60)).map { itemID($0) })
        // The readable ones of chunk 2 are removed: it becomes sparse, but can't be copied. Nothing is lost by it.
        _ = try store.perform((20..<28).map { remove($0) } + (40..<58).map { remove($0) }, nowSeconds: now)
        while store.housekeep(isIdle: true) {}
        #expect(try store.fetch(QueueFetch(recipient: recipient(1))).items.map(\.id) == [itemID(58), itemID(59)])
        #expect(store.totals.messages == 34)
        #expect(try store.expire(nowSeconds: later).messages == 34)
        #expect(store.totals == QueueTotals())
    }
}
