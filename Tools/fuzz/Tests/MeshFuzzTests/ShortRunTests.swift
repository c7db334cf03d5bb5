import Foundation
import Testing

@testable import MeshFuzz

/// The short form of `make fuzz`. A trap ends the test process; `make fuzz SEED=N` with the seed printed here then finds
/// and keeps the input.
@Suite struct ShortRunTests {
    /// A fresh one in each run, so that many runs see more than one.
    static let seed = UInt64.random(in: 0...UInt64(UInt32.max))
    static let iterations = 20_000  // of a target of cost 1
    static let cases = CaseDirectory(
        URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Cases").standardizedFileURL)

    @Test("kept and mutated inputs give a value or an error", arguments: FuzzTarget.all.map(\.name))
    func run(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let iterations = Self.iterations / target.cost
        print("mesh-fuzz --target \(name) --seed \(Self.seed) --iterations \(iterations)")
        do {
            let run = FuzzRun(target, cases: Self.cases.cases(of: target))
            #expect(try run.run(iterations: iterations, seed: Self.seed).accepted > 0)
        } catch let failure as FuzzRun.Failure {
            Issue.record(
                "seed \(Self.seed): \(failure.finding); kept as \(try Self.cases.keep(failure.input, of: target))")
        }
    }
}
