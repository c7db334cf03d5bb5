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
        let report = Report(results: results, limits: limits)
        if let output = options.output { try Data((report.json + "\n").utf8).write(to: URL(filePath: output)) }
        if options.json { print(report.json) }
    }

    private func measure() throws -> [ShapeResult] {
        let runner = try ShapeRunner(options)
        var results: [ShapeResult] = []
        let wanted = shapes.isEmpty ? Shape.allCases : shapes
        for shape in wanted where !(shape == .store && wanted.contains(.drain)) {
            var runs: [Shape: [Run]] = [:]
            for _ in 0..<options.repetitions {
                for (shape, run) in try runner.run(shape) { runs[shape, default: []].append(run) }
            }
            for part in Shape.allCases where wanted.contains(part) {
                guard let runs = runs[part] else { continue }
                results.append(ShapeResult(name: part.rawValue, runs: runs))
                print(Report.text(results[results.count - 1]))
            }
        }
        return results
    }
}
