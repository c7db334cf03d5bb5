public import ArgumentParser
import Foundation

/// `mesh-bench`: measures nodes under real load.
public struct MeshBenchCommand: ParsableCommand {
    /// What the help says.
    public static let configuration = CommandConfiguration(
        commandName: "mesh-bench", abstract: "Measure nodes under real load, with the real protocol and encryption.",
        discussion: """
            Shapes: \(Shape.allCases.map(\.rawValue).joined(separator: ", ")); without any, all. Nodes are started \
            for each repetition with a fresh data directory, and stopped again.
            """)

    @Argument(help: "What to measure.")
    var shapes: [Shape] = []

    @OptionGroup var options: BenchOptions

    /// For the argument parser.
    public init() {}

    /// Measures and prints.
    public mutating func run() throws {
        SystemCall.raiseFileLimit()
        try FileManager.default.createDirectory(at: options.directory, withIntermediateDirectories: true)
        print("data in \(options.directory.path) on \(FileSystem.name(of: options.directory))")
        let limits = try MachineLimits.measure(in: options.directory)
        print("limits of this machine\n" + Report.text(limits))
        let results = try measure()
        for (name, ratios) in results.ratios { print("mesh : \(name)\n" + Report.text(ratios)) }
        let report = Report(results: results, limits: limits)
        if let output = options.output { try Data((report.json + "\n").utf8).write(to: URL(filePath: output)) }
        if options.json { print(report.json) }
    }

    private func measure() throws -> Results {
        let contenders: [Peer?] = [nil] + options.against
        let runners = try contenders.map { try ShapeRunner(options, peer: $0) }
        let wanted = shapes.isEmpty ? Shape.allCases : shapes
        var results = Results()
        for shape in wanted where !(shape == .store && wanted.contains(.drain)) {
            try measure(shape, runners, into: &results)
            for (contender, result) in results.take(wanted) { print(Report.text(result, of: contender)) }
        }
        return results
    }

    /// In turn, so that what changes on the machine meets all alike.
    private func measure(_ shape: Shape, _ runners: [ShapeRunner], into results: inout Results) throws {
        for _ in 0..<options.repetitions {
            for runner in runners where runner.peer?.runs(shape) ?? true {
                for (shape, run) in try runner.run(shape) { results.add(run, shape, runner.peer) }
            }
        }
    }
}
