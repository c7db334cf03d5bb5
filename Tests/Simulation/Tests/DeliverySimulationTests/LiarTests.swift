import DeliverySimulation
import LyingNode
import Testing

@Suite("Nodes that lie, fewer than W of a set", .serialized)
struct LiarTests {
    @Test("nothing is lost, and nobody else is accused, whatever else goes wrong", arguments: Lie.allCases)
    func nothingIsLost(lie: Lie) {
        let seed = UInt64.random(in: 0..<1 << 32)
        let result = run(lie, seed)
        #expect(
            result.violation == nil, "to see it: mesh-sim-delivery --seeds 1 --first-seed \(seed) --lie \(lie) --trace")
        #expect(result.counts.accepted > 0)
        // What nobody's secret fits is a removal of something else.
        #expect((result.counts.junkRemovals > 0) == (lie == .falseRemoval))
    }

    @Test("who gives nothing is named to the user, as withholding where a member has kept its signature")
    func isNamed() {
        var counts = DeliveryCounts()
        let first = UInt64.random(in: 0..<1 << 32)
        for seed in first..<first + 20 where counts.withheld == 0 {
            let result = run(.withhold, seed)
            #expect(result.violation == nil, "seed \(seed)")
            counts += result.counts
        }
        #expect(counts.withheld > 0)
    }

    @Test("with R = 5 two may lie")
    func twoOfFive() {
        let cast = DeliveryCast(seats: settings(nil, 1).seats + 2, replicas: 5)
        var settings = settings(.drop, UInt64.random(in: 0..<1 << 32))
        settings.nodes = 8
        let result = settings.run(cast: cast)
        #expect(result.violation == nil, "\(settings.seed): --nodes 8 --replicas 5 --lie drop")
    }

    @Test("W of them do lose messages: the checks would find it")
    func tooMany() {
        var found: Violation?
        for seed in UInt64(1)...40 where found == nil {
            var settings = settings(.drop, seed)
            settings.liars = 4
            found = settings.run(cast: DeliveryTests.cast).violation
        }
        #expect(found?.invariant == .delivery)
    }

    private func run(_ lie: Lie, _ seed: UInt64) -> DeliveryResult {
        settings(lie, seed).run(cast: DeliveryTests.cast)
    }

    /// Short runs: `make sim` makes long ones.
    private func settings(_ lie: Lie?, _ seed: UInt64) -> DeliverySettings {
        var settings = DeliverySettings(seed: seed)
        settings.lie = lie
        settings.hasFullClients = true
        settings.chaosMilliseconds = 60_000
        return settings
    }
}
