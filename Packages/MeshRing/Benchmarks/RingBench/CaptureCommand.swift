import MeshRing
import RingMeasures

/// `make sim-capture`: attackers of all kinds against networks of several sizes, over several draws.
struct CaptureCommand {
    private let options: Options
    private let nodeCounts: [Int]
    private let parameters = NetworkParameters.measured()

    /// Trying so many takes a moment.
    private static let neighbourKeys = 100
    /// Each draw looks at so many users.
    private static let users = 5_000

    init(_ options: Options) {
        self.options = options
        nodeCounts = options.nodes.isEmpty ? [100, 1_000, 10_000] : options.nodes
    }

    func run() throws {
        var results = CaptureResults(replicas: Int(parameters.replicas))
        let seeds = options.seedRange(20)
        for (number, seed) in seeds.enumerated() {
            var draw = CaptureDraw(nodeCounts: nodeCounts, users: options.users ?? Self.users, seed: seed)
            for holding in Holding.all { results.add(try draw.outcomes(of: holding), of: holding) }
            results.add(neighbour: try draw.neighbourOutcomes(keys: Self.neighbourKeys))
            results.add(prototype: draw.prototypeOutcomes(nodeCounts: nodeCounts))
            progress("draw \(number + 1) of \(seeds.count) (seed \(seed)): arithmetic and rings agree")
        }
        for nodes in nodeCounts { printTable(results, nodes) }
        if let report = options.report { try results.report(nodeCounts, parameters.writeQuorum).write(to: report) }
    }

    private func printTable(_ results: CaptureResults, _ nodes: Int) {
        print("\n\(nodes) honest nodes: chance to become … of a given user (all at once: the part of all residences)")
        var table = Table(["attacker has", "residence", "1 replica", "W = 2", "R = 3", "all at once"])
        for holding in Holding.all {
            guard let outcome = results.outcomes[holding]?[nodes] else { continue }
            table.add(
                [holding.title] + cells(outcome.chosen) + [outcome.together.residence.percent])
        }
        if let neighbour = results.neighbour[nodes] {
            table.add(["\(Self.neighbourKeys) keys at the residence's address"] + cells(neighbour) + ["-"])
        }
        if let prototype = results.prototype[nodes] {
            table.add(["prototype: 1 address, 65,535 ports"] + cells(prototype) + ["-"])
        }
        table.printAll()
    }

    private func cells(_ figures: CaptureFigures) -> [String] {
        [figures.residence.percent]
            + [1, parameters.writeQuorum, Int(parameters.replicas)].map { figures.replicas(atLeast: $0).percent }
    }
}
