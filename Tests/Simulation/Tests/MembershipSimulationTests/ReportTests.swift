import Foundation
import Testing

@testable import MembershipSimulation
@testable import SimulationReports

@Suite struct ReportTests {
    private func result(_ scenario: Scenario, seed: UInt64, agreedAfter: UInt64?, falseRemovals: Int = 0) -> RunResult {
        RunResult(
            settings: RunSettings(scenario: scenario, nodes: 16, lossPercent: 5, seed: seed), agreedAfter: agreedAfter,
            falseRemovals: falseRemovals, nodeMilliseconds: 3_600_000, messages: 7_200, bytes: 36_000, dials: 0)
    }

    private func temporaryFile() -> URL {
        FileManager.default.temporaryDirectory.appendingPathComponent("sim-\(UInt64.random(in: 0 ... .max)).runs")
    }

    @Test("the report has the keys by which changes are compared")
    func keys() throws {
        let results = [
            result(.crash, seed: 1, agreedAfter: 4_000), result(.crash, seed: 2, agreedAfter: 6_000),
            result(.crash, seed: 3, agreedAfter: 5_000), result(.join, seed: 1, agreedAfter: 2_000),
            result(.partition, seed: 1, agreedAfter: 3_000, falseRemovals: 9), result(.idle, seed: 1, agreedAfter: 0),
        ]
        let bytes = try JSONEncoder().encode(MembershipReport(results))
        let report = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: [String: Any]])
        let network = try #require(report["16"])
        #expect(
            Set(network.keys) == [
                "crashKnownEverywhereSeconds", "joinKnownEverywhereSeconds", "healSeconds", "falseRemovals",
                "nodeHours", "messagesPerNodePerSecond", "bytesPerNodePerSecond", "scenarios",
            ])
        #expect(network["crashKnownEverywhereSeconds"] as? [String: Double] == ["median": 5, "max": 6])
        #expect(network["falseRemovals"] as? Int == 0 && network["nodeHours"] as? Double == 5)
        #expect(network["messagesPerNodePerSecond"] as? Double == 2)
        #expect(
            Set(try #require(network["scenarios"] as? [String: Any]).keys) == ["crash", "join", "partition", "idle"])
    }

    @Test("a run that never ended has no greatest time, and the table says so")
    func never() {
        let report = MembershipReport([
            result(.crash, seed: 1, agreedAfter: nil), result(.crash, seed: 2, agreedAfter: 1),
        ])
        #expect(report.networks["16"]?.crashKnownEverywhereSeconds?.max == nil)
        #expect(report.table.contains("never") && report.table.contains("1 FAILED"))
    }

    @Test("runs are found again after an interruption, even one within a line; another program's are not")
    func resume() throws {
        let file = temporaryFile()
        defer { try? FileManager.default.removeItem(at: file) }
        var store = try RunStore(file: file, program: "a")
        try store.add(result(.crash, seed: 1, agreedAfter: 4_000))
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"settings\":".utf8))
        try handle.close()
        store = try RunStore(file: file, program: "a")
        try store.add(result(.crash, seed: 2, agreedAfter: 4_000))
        #expect(try RunStore(file: file, program: "a").results.count == 2)
        #expect(try RunStore(file: file, program: "b").results.isEmpty)
    }

    @Test("the command makes each run once, writes the report, and fails with a run")
    func command() throws {
        let file = temporaryFile()
        defer {
            try? FileManager.default.removeItem(at: file)
            try? FileManager.default.removeItem(at: file.deletingPathExtension().appendingPathExtension("runs"))
        }
        let report = file.deletingPathExtension().appendingPathExtension("json")
        defer { try? FileManager.default.removeItem(at: report) }
        let options = try CampaignOptions(arguments: [
            "--nodes", "4 5", "--scenarios", "end", "--seeds", "2", "--report", report.path, "--loss", "0",
        ])
        func lines() throws -> Int {
            let runs = report.deletingPathExtension().appendingPathExtension("runs")
            return try String(contentsOf: runs, encoding: .utf8).split(separator: "\n").count
        }
        for _ in 0..<2 {
            let code = try MembershipCommand.run(options, program: "/dev/null", say: { _ in }, print: { _ in })
            #expect(code == 0)
            #expect(try lines() == 5)
        }
        let decoded = try JSONDecoder().decode(MembershipReport.self, from: Data(contentsOf: report))
        #expect(decoded.networks["5"]?.scenarios["end"]?.seeds == 2)
    }

    @Test(
        "a command line that can't be used is refused by name",
        arguments: [
            (["--nodes"], OptionError.missingValue("--nodes")), (["--nodes", "x"], .unusable("--nodes", "x")),
            (["--loss", "51"], .unusable("--loss", "51")), (["--what", "1"], .unknown("--what")),
            (["--scenarios", "crash,nap"], .unusable("--scenarios", "crash,nap")),
        ])
    func options(arguments: [String], error: OptionError) {
        #expect(throws: error) { try CampaignOptions(arguments: arguments) }
    }
}
