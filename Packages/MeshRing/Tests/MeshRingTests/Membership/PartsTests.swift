import MeshCrypto
import Testing

@testable import MeshRing

/// The parts that membership is made of.
@Suite struct PartsTests {
    @Test("timers come in order of time, then of setting; set anew or cancelled they come once or not")
    func timers() {
        var timers = Timers<Int>()
        var random = SeededGenerator(seed: 1)
        var expected: [Int: (at: UInt64, order: Int)] = [:]
        for order in 0..<5_000 {
            let key = Int(random.below(300))
            if random.below(5) == 0 {
                timers.cancel(key)
                expected[key] = nil
            } else {
                let at = random.below(1_000)
                timers.set(key, at: at)
                expected[key] = (at, order)
            }
            #expect(timers.next == expected.values.map(\.at).min())
        }
        var fired: [Int] = []
        while let key = timers.popDue(1_000) { fired.append(key) }
        #expect(fired == expected.sorted { ($0.value.at, $0.value.order) < ($1.value.at, $1.value.order) }.map(\.key))
        #expect(timers.next == nil)
        timers.set(1, at: 5)
        let popped = [timers.popDue(4), timers.popDue(5)]
        #expect(popped == [nil, 1])
    }

    @Test("an earlier deadline wins over a later one that is set afterwards")
    func earlierTimer() {
        var timers = Timers<Int>()
        timers.setEarlier(1, at: 10)
        timers.setEarlier(1, at: 20)
        #expect(timers[1] == 10)
        timers.setEarlier(1, at: 5)
        #expect(timers.next == 5)
    }

    @Test("credit is spent, regained with time and given back; too many spenders are refused")
    func credit() {
        var credit = CreditTable<Int>(capacity: 2, regainMilliseconds: 10, maximumEntries: 2)
        func take(_ key: Int, _ now: UInt64) -> Bool { credit.take(key, now: now) }
        #expect([take(1, 0), take(1, 0), take(1, 9)] == [true, true, false])
        #expect([take(1, 10), take(1, 19), take(1, 20)] == [true, false, true])
        credit.giveBack(1, now: 20)
        #expect([take(1, 20), take(2, 20), take(3, 20)] == [true, true, false])
        #expect(take(3, 100))
        #expect(credit.count == 1)
    }

    @Test("a full table of candidates takes from whoever filled it")
    func candidates() {
        var table = CandidateTable(laboratory: true)
        let record = Samples.record(1)
        let flooder = Samples.node(1)
        func candidate(_ number: Int, from introducer: NodeID?) -> Candidate {
            // Records of one node would replace each other: make many of one signature's bytes.
            var bytes = record.encoded
            bytes.replaceSubrange(33..<65, with: Samples.node(number).bytes.bytes)
            return Candidate(record: try! NodeRecord(decoding: bytes), introducer: introducer)
        }
        for number in 0..<MembershipLimits.candidates { table.put(candidate(1_000 + number, from: flooder)) }
        #expect(table.count == MembershipLimits.candidates)
        #expect(!table.room(for: candidate(100_000, from: flooder)).isThere)
        let honest = candidate(100_001, from: Samples.node(2))
        let room = table.room(for: honest)
        #expect(room.isThere && room.victim != nil)
        let victim = table.remove(room.victim!)
        #expect(victim?.introducer == flooder)
        table.put(honest)
        let own = candidate(100_002, from: Samples.node(100_002))
        #expect(table.room(for: own).isThere)
        table.put(own)
        #expect(table.hearsayCount == MembershipLimits.candidates)
    }

    @Test("the generator repeats by seed and spreads evenly")
    func generator() {
        var one = SeededGenerator(seed: 42)
        var two = SeededGenerator(seed: 42)
        for _ in 0..<100 {
            let pair = (one.next(), two.next())
            #expect(pair.0 == pair.1)
        }
        var counts = [Int](repeating: 0, count: 10)
        for _ in 0..<10_000 { counts[Int(one.below(10))] += 1 }
        #expect(counts.allSatisfy { (850...1_150).contains($0) })
        let none = [one.below(0), one.below(1)]
        #expect(none == [0, 0])
        let samples = [one.sample(Array(0..<20), 5), one.sample([1], 5)]
        #expect(Set(samples[0]).count == 5 && samples[1] == [1])
    }

    @Test("few of many are drawn as if all had been copied and shuffled")
    func samples() {
        for seed in 0..<200 as Range<UInt64> {
            var (one, two) = (SeededGenerator(seed: seed), SeededGenerator(seed: seed))
            let hole = seed % 3 == 0 ? nil : Int(seed % 20)
            let picked = one.sample(Array(0..<20), 16, without: hole)
            var all = Array(0..<20).filter { $0 != hole }
            for index in 0..<16 { all.swapAt(index, index + Int(two.below(UInt64(all.count - index)))) }
            #expect(picked == Array(all[..<16]))
            let rest = (one.next(), two.next())
            #expect(rest.0 == rest.1)
        }
    }
}
