import Foundation
import Testing

@testable import MeshFuzz

@Suite struct EngineTests {
    private static let toy = FuzzTarget("toy") {
        [[1, 2, 3, 4]]
    } check: { input throws(FuzzFinding) in
        try FuzzFinding.require(input.first != 0xff, "starts with 255")
        return input.first == 1 ? .accepted : .refused
    }

    @Test("one seed makes the same inputs, another makes others")
    func seeds() {
        func inputs(_ seed: UInt64) -> [[UInt8]] {
            var mutator = Mutator(corpus: [[1, 2, 3], [], [4, 5]], generator: Generator(seed: seed))
            return (0..<500).map { _ in mutator.next() }
        }
        #expect(inputs(1) == inputs(1))
        #expect(inputs(1) != inputs(2))
        #expect(Set(inputs(1)).count > 200)
        #expect(inputs(1).allSatisfy { $0.count <= Mutator.maximumBytes })
    }

    @Test("an input that breaks a property ends the run with that input")
    func finding() throws {
        let failure = #expect(throws: FuzzRun.Failure.self) {
            try FuzzRun(Self.toy).run(iterations: 100_000, seed: 1)
        }
        #expect(failure?.input.first == 0xff)
    }

    @Test("kept cases are given first, and a corpus that is refused is an error")
    func order() throws {
        var given: [[UInt8]] = []
        #expect(throws: FuzzRun.Failure.self) {
            try FuzzRun(Self.toy, cases: [[1, 9], [0xff]]).run(iterations: 1, seed: 1) { given.append($0) }
        }
        #expect(given == [[1, 9], [0xff]])
        let refusing = FuzzTarget("refusing") {
            [[2]]
        } check: { _ throws(FuzzFinding) in
            .refused
        }
        #expect(throws: FuzzRun.Failure.self) { try FuzzRun(refusing).run(iterations: 1, seed: 1) }
    }

    @Test("a kept input is read back, under a name made of its content")
    func cases() throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("cases-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let directory = CaseDirectory(root)
        #expect(directory.cases(of: Self.toy) == [])
        let file = try directory.keep([1, 2], of: Self.toy)
        #expect(try directory.keep([1, 2], of: Self.toy) == file)
        #expect(directory.cases(of: Self.toy) == [[1, 2]])
    }

    @Test("the last input is there for others while it is given")
    func lastInput() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("last-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let last = try #require(LastInput(path: file.path))
        for input in [[], [1, 2, 3], [UInt8](repeating: 4, count: Mutator.maximumBytes)] {
            last.set(input)
            #expect(LastInput.read(from: [UInt8](try Data(contentsOf: file))) == input)
        }
        #expect(LastInput.read(from: [9]) == nil)
    }

    @Test(
        "wrong usage is refused",
        arguments: [["--seed"], ["--seed", "x"], ["--target", "none"], ["a"], ["--x", "1"]])
    func usage(arguments: [String]) {
        #expect(Options(arguments) == nil)
    }
}
