import ArgumentParser
import DeliverySimulation
import Foundation
import LyingNode

/// Runs seeds and says what happened in them.
@main
struct DeliveryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mesh-sim-delivery",
        abstract: "Lets nodes and clients live through crashes, cuts, joins and drains under a virtual clock.",
        discussion: "The same seed and nodes give the same run. Exit code 1: an invariant was broken.")

    @Option(help: "How many seeds to run.")
    var seeds: UInt64 = 100
    @Option(help: "The first of them; a fresh one if it isn't given.")
    var firstSeed: UInt64?
    @Option(help: "Nodes at the beginning (4…40).")
    var nodes = 6
    @Option(help: "Runs side by side; as many as there are processors if it isn't given.")
    var jobs: Int?
    @Option(help: "End after so many seconds, however many seeds are left.")
    var seconds: Int?
    @Option(help: "Break this part on purpose: \(Mutation.allCases.map(\.rawValue).joined(separator: ", ")).")
    var mutation: Mutation?
    @Option(help: "Let nodes lie so: \(Lie.allCases.map(\.rawValue).joined(separator: ", ")). One less than W of them.")
    var lie: String?
    @Option(help: "Copies of a message, R (1…5; more than 3 take more nodes).")
    var replicas: UInt8 = 3
    @Flag(
        help:
            "Let clients be the core that ships, as they are where nodes lie or R is more than 3; else small and fast ones."
    )
    var fullClients = false
    @Option(help: "Write the figures to this file, as JSON.")
    var report: String?
    @Flag(help: "Tell everything that happens. For one seed.")
    var trace = false

    func validate() throws {
        guard (1...5).contains(replicas), nodes > Int(replicas) else {
            throw ValidationError("--replicas must be 1…5 and less than --nodes, not \(replicas)")
        }
        guard lie.map({ Lie(rawValue: $0) != nil }) ?? true else {
            throw ValidationError("--lie can't be \(lie ?? "")")
        }
        guard (4...40).contains(nodes) else { throw ValidationError("--nodes must be 4…40, not \(nodes)") }
        guard seeds > 0 else { throw ValidationError("--seeds must be at least 1") }
        guard !trace || seeds == 1 else { throw ValidationError("--trace goes with --seeds 1") }
    }

    func run() async throws {
        let first = firstSeed ?? UInt64.random(in: 0..<1 << 32)
        let batch = Batch(
            first: first, count: seeds, nodes: nodes, replicas: replicas, mutation: mutation,
            lie: lie.flatMap(Lie.init),
            fullClients: fullClients, trace: trace)
        print("seeds \(first)…\(first + seeds - 1), \(nodes) nodes")
        let deadline = seconds.map { Date(timeIntervalSinceNow: TimeInterval($0)) }
        let start = Date()
        let results = await batch.run(jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount, until: deadline)
        let figures = DeliveryReport(results, wallSeconds: Date().timeIntervalSince(start))
        for failed in results.filter({ $0.violation != nil }).sorted(by: { $0.seed < $1.seed }) { tell(failed) }
        print(figures.description)
        if let report { try figures.write(to: report) }
        if figures.violations > 0 { throw ExitCode(1) }
    }

    private func tell(_ failed: DeliveryResult) {
        guard let violation = failed.violation else { return }
        print("seed \(failed.seed): \(violation.invariant) after \(violation.milliseconds) ms: \(violation.detail)")
        print("  again: mesh-sim-delivery --seeds 1 --first-seed \(failed.seed) --nodes \(nodes)\(particulars) --trace")
    }

    private var particulars: String {
        (mutation.map { " --mutation \($0.rawValue)" } ?? "") + (lie.map { " --lie \($0)" } ?? "")
            + (replicas == 3 ? "" : " --replicas \(replicas)") + (fullClients ? " --full-clients" : "")
    }
}

extension Mutation: ExpressibleByArgument {}
