import Testing

@testable import SimulatedNetwork

@Suite struct EventQueueTests {
    @Test("events come in the order of time, and of pushing within a millisecond, near and far", arguments: 0..<20)
    func order(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var queue = EventQueue<Int>(now: 1_000)
        var waiting: [(time: UInt64, number: Int)] = []
        var number = 0
        for _ in 0..<300 {
            for _ in 0..<random.below(20) {
                let ahead = random.happens(perMille: 100) ? random.below(UInt64(50_000)) : random.below(UInt64(300))
                number += 1
                queue.push(number, at: queue.now + ahead)
                waiting.append((queue.now + ahead, number))
            }
            let end = queue.now + random.below(UInt64(400))
            let due = waiting.filter { $0.time <= end }.sorted { ($0.time, $0.number) < ($1.time, $1.number) }
            waiting.removeAll { $0.time <= end }
            var came: [Int] = []
            while let event = queue.next(until: end) { came.append(event) }
            #expect(came == due.map(\.number), "seed \(seed)")
            #expect(queue.now == end && queue.count == waiting.count)
        }
    }

    @Test("an event pushed while its millisecond runs comes after those that wait")
    func within() {
        var queue = EventQueue<String>(now: 0)
        queue.push("first", at: 5)
        queue.push("second", at: 5)
        #expect(queue.next(until: 10) == "first")
        queue.push("third", at: 3)
        #expect(queue.next(until: 10) == "second")
        #expect(queue.next(until: 10) == "third")
        #expect(queue.next(until: 10) == nil && queue.now == 10)
    }
}
