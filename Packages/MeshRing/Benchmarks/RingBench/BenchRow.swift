import RingMeasures

/// The figures of one size of network, over all draws.
struct BenchRow {
    private let draws: [PlacementFigures]
    private let costs: [(LookupCost, bytesPerNode: Double)]

    init(_ draws: [PlacementFigures], _ costs: [(LookupCost, bytesPerNode: Double)]) {
        self.draws = draws
        self.costs = costs
    }

    static let head = [
        "nodes", "placed", "busiest", "worst", "idlest", "worst", "replicas", "worst", "moved", "worst", "one change",
        "copies", "breaks", "lookups/s", "allocs", "bytes/node",
    ]

    private var busiest: [Double] { draws.map(\.maximumOverMean) }
    private var idlest: [Double] { draws.map(\.minimumOverMean) }
    private var replicas: [Double] { draws.map(\.replicas.maximumOverMean) }
    private var moved: [Double] { draws.map(\.movedOverIdeal) }
    private var changes: [Double] { draws.flatMap(\.moves.residences) }
    private var copies: [Double] { draws.map(\.moves.copies) }
    private var breaks: Int { draws.reduce(0) { $0 + $1.replicas.diversityBreaks } }
    private var lookups: [Double] { costs.map(\.0.lookupsPerSecond) }
    private var allocations: Double { costs.map(\.0.allocationsPerLookup).max() ?? 0 }
    private var bytes: [Double] { costs.map(\.bytesPerNode) }

    func cells(_ nodes: Int) -> [String] {
        [
            "\(nodes)", draws.map { Double($0.placedNodes) }.median.text(0), busiest.median.text(3),
            busiest.max()!.text(3), idlest.median.text(3), idlest.min()!.text(3), replicas.median.text(3),
            replicas.max()!.text(3), moved.median.text(3), moved.max()!.text(3), changes.max()!.text(2),
            copies.median.text(3), "\(breaks)", lookups.median.text(0), allocations.text(0), bytes.median.text(0),
        ]
    }

    /// The keys that changes are compared by: of balance and moves the worst draw, of speed the median.
    var main: JSON {
        .object([
            ("maxOverMean", .number(busiest.max()!)), ("minOverMean", .number(idlest.min()!)),
            ("movedOverIdeal", .number(moved.max()!)), ("lookupsPerSecond", .number(lookups.median)),
            ("allocationsPerLookup", .number(allocations)), ("diversityBreaks", .count(breaks)),
        ])
    }

    /// Everything, with medians.
    var details: JSON {
        .object([
            ("draws", .count(draws.count)),
            ("placedNodes", .spread(draws.map { Double($0.placedNodes) })),
            ("maxOverMean", .spread(busiest)),
            ("minOverMean", .object([("median", .number(idlest.median)), ("min", .number(idlest.min()!))])),
            ("replicasMaxOverMean", .spread(replicas)),
            ("replicasMinOverMean", .number(draws.map(\.replicas.minimumOverMean).min()!)),
            ("movedOverIdeal", .spread(moved)), ("oneChangeOverIdeal", .spread(changes)),
            ("copiesMovedOverIdeal", .spread(copies)), ("diversityBreaks", .count(breaks)),
            ("setsLookedAt", .count(draws.reduce(0) { $0 + $1.replicas.sets })),
            ("lookupsPerSecond", .number(lookups.median)), ("allocationsPerLookup", .number(allocations)),
            ("bytesPerNode", .number(bytes.median)),
        ])
    }
}
