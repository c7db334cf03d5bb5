import Foundation
import MeshQueue
import MeshQueueCore
import Testing

@Suite("DurableQueue")
struct DurableQueueTests {
    let directory = TemporaryDirectory()

    @Test("Messages are appended, fetched and removed with async functions")
    func async() async throws {
        let queue = try DurableQueue(directory: directory.path)
        let outcome = try await queue.append(
            recipient: recipient(1), id: itemID(1), expirySeconds: .max, payload: payload(1))
        #expect(outcome == .stored(sequence: 1))
        let page = try await queue.fetch(QueueFetch(recipient: recipient(1)))
        #expect(page.payload(of: page.items[0]) == payload(1)[...])
        let removed = try await queue.remove(
            recipient: recipient(1), id: itemID(1), proof: proof(1), keepUntilSeconds: .max)
        #expect(removed == .removed)
        #expect(try await queue.expire() == QueueExpiry(messages: 0, isComplete: true))
        #expect(queue.totals == QueueTotals())
        await queue.shutdown()
    }

    @Test("What is submitted while a commit is on its way is committed together, and answered with one call")
    func groupCommit() throws {
        final class Gate: @unchecked Sendable {
            let entered = DispatchSemaphore(value: 0)
            let open = DispatchSemaphore(value: 0)
            let all = DispatchSemaphore(value: 0)
            var deliveries: [[UInt64]] = []
        }
        let gate = Gate()
        let queue = try DurableQueue(
            directory: directory.path,
            completions: { completions in
                gate.deliveries.append(completions.flatMap(\.tokens))
                if gate.deliveries.count == 1 {
                    gate.entered.signal()
                    gate.open.wait()
                }
                if gate.deliveries.joined().count == 101 { gate.all.signal() }
            })
        try queue.submit([append(0)], nowSeconds: now, token: 0)
        gate.entered.wait()
        for number in 1...100 { try queue.submit([append(number)], nowSeconds: now, token: UInt64(number)) }
        gate.open.signal()
        gate.all.wait()
        #expect(gate.deliveries == [[0], Array(1...100)])
        #expect(queue.totals.messages == 101)
        queue.close()
    }

    @Test("Closing commits and answers what is pending, then refuses by name")
    func close() async throws {
        let queue = try DurableQueue(directory: directory.path)
        let stored = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<50 {
                group.addTask {
                    (try? await queue.commit([append(number)], nowSeconds: now))?.outcomes[0].isStored ?? false
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(stored == 50)
        let pending = Task { try await queue.commit([append(50)], nowSeconds: now) }
        let commit = try await pending.value
        #expect(commit.outcomes[0].isStored)
        await queue.shutdown()
        queue.close()
        await #expect(throws: QueueError.closed) { try await queue.commit([append(51)], nowSeconds: now) }
        await #expect(throws: QueueError.closed) { try await queue.fetch(QueueFetch(recipient: recipient(1))) }
        await #expect(throws: QueueError.closed) { try await queue.expire() }
        #expect(throws: QueueError.closed) { try queue.submit([append(51)], nowSeconds: now, token: 1) }
        let store = try open(directory)
        #expect(Set(try store.ids()) == Set((0...50).map { itemID($0) }))
    }

    @Test("Submissions that are pending when the queue closes are on disk afterwards")
    func closeWithPending() throws {
        final class Counter: @unchecked Sendable {
            var stored = 0
        }
        let counter = Counter()
        let queue = try DurableQueue(
            directory: directory.path,
            completions: { completions in
                for case .committed(_, let answers) in completions {
                    counter.stored += answers.count { $0.outcomes.areStored }
                }
            })
        for number in 0..<300 { try queue.submit([append(number)], nowSeconds: now, token: UInt64(number)) }
        queue.close()
        #expect(counter.stored == 300)
        #expect(try open(directory).totals.messages == 300)
    }

    @Test("More than may wait is refused at once, by name, and what waits is unharmed")
    func tooManyPending() throws {
        final class Gate: @unchecked Sendable {
            let entered = DispatchSemaphore(value: 0)
            let open = DispatchSemaphore(value: 0)
            var deliveries = 0
        }
        let gate = Gate()
        let queue = try DurableQueue(
            directory: directory.path, options: QueueOptions(maximumPendingOperations: 10),
            completions: { _ in
                gate.deliveries += 1
                if gate.deliveries == 1 {
                    gate.entered.signal()
                    gate.open.wait()
                }
            })
        try queue.submit([append(0)], nowSeconds: now, token: 0)
        gate.entered.wait()
        for number in 1...10 { try queue.submit([append(number)], nowSeconds: now, token: 1) }
        #expect(throws: QueueError.tooManyPending(limit: 10)) {
            try queue.submit([append(11)], nowSeconds: now, token: 2)
        }
        gate.open.signal()
        queue.close()
        #expect(try open(directory).totals.messages == 11)
    }

    @Test("A queue that is let go closes itself")
    func released() async throws {
        do {
            let queue = try DurableQueue(directory: directory.path)
            _ = try await queue.commit([append(1)], nowSeconds: now)
        }
        #expect(try open(directory).totals.messages == 1)
    }

    @Test("A message that rots on disk is told once, counts as not held, and makes room for a new copy")
    func rot() async throws {
        let reports = Reports()
        let queue = try DurableQueue(directory: directory.path, report: { reports.add($0) })
        _ = try await queue.commit((0..<9).map { append($0, count: 900) }, nowSeconds: now)
        let log = directory.path + "/log-1"
        let place = contents(log).firstRange(of: payload(4, count: 900)[50...])!.lowerBound
        let file = try #require(FileHandle(forUpdatingAtPath: log))
        try file.seek(toOffset: UInt64(place))
        try file.write(contentsOf: [payload(4, count: 900)[50] ^ 4])
        for _ in 0..<2 {
            let page = try await queue.fetch(QueueFetch(recipient: recipient(1)))
            #expect(page.items.count == 8 && page.damaged.map(\.id) == [itemID(4)])
        }
        #expect(reports.list.count == 1)
        #expect(try await queue.lookup([key(4)], nowSeconds: now) == [.unreadable])
        #expect(queue.list(recipient(1), maxCount: 9).entries.count == 8)
        #expect(queue.digest(of: recipient(1), key: 1, expiringAfterSeconds: now).count == 8)
        #expect(try await queue.commit([append(4, count: 900)], nowSeconds: now).outcomes.areStored)
        #expect(try await queue.fetch(QueueFetch(recipient: recipient(1))).items.map(\.id).last == itemID(4))
        await queue.shutdown()
    }

    @Test("Senders, readers and removers at once: all is delivered, once, in order")
    func concurrent() async throws {
        var options = QueueOptions()
        options.log = .small()
        let queue = try DurableQueue(directory: directory.path, options: options)
        await withTaskGroup(of: Void.self) { group in
            for owner in 0..<6 {
                group.addTask { await Self.send(to: owner, queue) }
                group.addTask { await Self.receive(of: owner, queue) }
            }
        }
        #expect(queue.totals == QueueTotals())
        await queue.shutdown()
    }

    private static let perOwner = 150

    private static func send(to owner: Int, _ queue: DurableQueue) async {
        for number in 0..<perOwner {
            let commit = try? await queue.commit(
                [append(owner * 1_000 + number, to: owner, count: 100 + number * 20)], nowSeconds: now)
            #expect(commit?.outcomes.areStored == true)
        }
    }

    private static func receive(of owner: Int, _ queue: DurableQueue) async {
        var next = 0
        var request = QueueFetch(recipient: recipient(owner), maxCount: 9)
        while next < perOwner {
            guard let page = try? await queue.fetch(request) else {
                Issue.record("not fetched")
                return
            }
            #expect(page.damaged.isEmpty)
            for item in page.items {
                let number = owner * 1_000 + next
                #expect(item.id == itemID(number))
                #expect(page.payload(of: item) == payload(number, count: 100 + next * 20)[...])
                let commit = try? await queue.commit([remove(number, of: owner)], nowSeconds: now)
                #expect(commit?.outcomes == [.removed])
                next += 1
            }
            request.afterSequence = page.lastSequence
            if page.items.isEmpty { await Task.yield() }
        }
    }
}
