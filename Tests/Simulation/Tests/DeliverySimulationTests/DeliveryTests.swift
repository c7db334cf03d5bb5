import DeliverySimulation
import Testing

@Suite("Delivery under faults", .serialized)
struct DeliveryTests {
    static let cast = DeliveryCast(seats: DeliverySettings(seed: 0).seats)

    @Test("fresh seeds break no invariant, and the runs are not idle")
    func freshSeeds() {
        let first = UInt64.random(in: 0..<1 << 32)
        let count: UInt64 = 6
        print("seeds \(first)…\(first + count - 1)")
        var sum = DeliveryCounts()
        for seed in first..<first + count {
            let result = DeliverySettings(seed: seed).run(cast: Self.cast)
            sum += result.counts
            let again = "mesh-sim-delivery --seeds 1 --first-seed \(seed) --trace"
            #expect(result.violation == nil, "seed \(seed); to see it: \(again)")
        }
        #expect(sum.accepted > 20 * Int(count))
        #expect(sum.crashes > Int(count))
        #expect(sum.delivered > 20 * Int(count))
    }

    @Test("the same seed is the same run, to the last event")
    func determinism() {
        for seed in UInt64(1)...2 {
            let (one, two) = (Journal(), Journal())
            let results = [one, two].map { journal in
                DeliverySettings(seed: seed).run(cast: Self.cast) { journal.lines.append($0) }
            }
            #expect(results[0] == results[1])
            let difference = zip(one.lines, two.lines).first { $0 != $1 }
            #expect(difference == nil)
            #expect(one.lines.count == two.lines.count)
        }
    }

    @Test("without faults nothing is refused, late or left")
    func noFaults() {
        var settings = DeliverySettings(seed: 5)
        settings.faults = false
        settings.chaosMilliseconds = 5 * 60_000
        let result = settings.run(cast: Self.cast)
        #expect(result.violation == nil)
        #expect(result.counts.late == 0 && result.counts.refused == 0 && result.counts.crashes == 0)
        #expect(result.counts.accepted > 20)
    }

    /// What happened in a run.
    private final class Journal {
        var lines: [String] = []
    }
}
