import CAllocationCounter
import MeshCrypto
import MeshRing
import RingMeasures

/// `make bench-ring`: several draws of each size and spread.
struct BenchCommand {
    private let options: Options
    private static let users = 200_000

    init(_ options: Options) {
        self.options = options
    }

    func run() throws(ReportError) {
        let nodeCounts = options.nodes.isEmpty ? [10, 100, 1_000, 5_000] : options.nodes
        var main: [(String, JSON)] = []
        var scenarios: [(String, JSON)] = []
        for scenario in BenchScenario.all {
            var table = Table(BenchRow.head)
            var figures: [(String, JSON)] = []
            for nodes in nodeCounts {
                let row = BenchRow(scenario.draws(nodes, seeds: options.seedRange(10)), cost(nodes, scenario))
                table.add(row.cells(nodes))
                progress("\(scenario.name), \(nodes) nodes: measured")
                if scenario == .even { main.append(("\(nodes)", row.main)) }
                figures.append(("\(nodes)", row.details))
            }
            print("\n\(scenario.title)")
            table.printAll()
            scenarios.append((scenario.name, .object(figures)))
        }
        print(
            """

            Load in multiples of the mean, exact for residences; moved in multiples of 1/n, mean of 16 changes a draw.
            Of several draws the median and the worst. Goals: busiest <= 1.25 from 100 nodes on, moved <= 1.1.
            """)
        if let report = options.report {
            try JSON.object(main + [("scenarios", .object(scenarios))]).write(to: report)
        }
    }

    /// Lookups and memory of one ring of each seed.
    private func cost(_ nodes: Int, _ scenario: BenchScenario) -> [(LookupCost, bytesPerNode: Double)] {
        options.seedRange(5).prefix(5).map { seed in
            var crowd = Crowd(seed: seed)
            let parameters = NetworkParameters.measured(caps: scenario.caps)
            let placed = PlacementCaps.select(crowd.placements(nodes, scenario.spread), in: parameters)
            let users = (0..<Self.users).map { _ in crowd.user() }
            let before = allocated_bytes()
            let ring = Ring(placed, in: parameters)
            let bytes = Double(allocated_bytes() &- before) / Double(placed.count)
            return (LookupCost(of: ring, users: users), bytes)
        }
    }
}

/// A kind of network that is measured.
struct BenchScenario: Equatable {
    let name: String
    let title: String
    let spread: Crowd.Spread
    let caps: Bool

    static let even = BenchScenario(name: "even", title: "Random addresses", spread: .even, caps: true)
    static let all = [
        even,
        BenchScenario(
            name: "skewed", title: "Half of the nodes in three /16 (of which 64 each count)", spread: .skewed,
            caps: true),
        BenchScenario(
            name: "skewedWithoutCaps", title: "Half of the nodes in three /16, without caps", spread: .skewed,
            caps: false),
    ]

    func draws(_ nodes: Int, seeds: [UInt64]) -> [PlacementFigures] {
        seeds.map { PlacementFigures(nodes: nodes, spread, caps: caps, seed: $0) }
    }
}
