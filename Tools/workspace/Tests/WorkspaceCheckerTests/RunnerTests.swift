import Foundation
import Testing

@testable import WorkspaceRunner

@Suite struct RunnerTests {
    @Test("a report's suites are added up")
    func report() throws {
        let text = """
            <?xml version="1.0"?><testsuites>
            <testsuite name="a" errors="1" tests="12" failures="2" skipped="3" time="0.1"><testcase/></testsuite>
            <testsuite name="b" errors="0" tests="1" failures="0" skipped="0" time="0.1"/></testsuites>
            """
        let report = try #require(TestReport(text: text))
        #expect((report.tests, report.failures, report.skipped) == (13, 3, 3))
        #expect(TestReport(text: "") == nil)
    }

    @Test("a crash without a report is one failure, and the last line is the sum alone")
    func summary() throws {
        let report = TestReport(text: "<testsuite tests=\"5\" failures=\"0\" errors=\"0\" skipped=\"1\">")
        let outcomes = [
            TestOutcome(name: "A", report: report, status: 0, seconds: 1.4),
            TestOutcome(name: "B", report: nil, status: 1, seconds: 2),
            TestOutcome(name: "C", script: 77, seconds: 0),
            TestOutcome(name: "D", script: 0, seconds: 0),
        ]
        let lines = TestOutcome.summary(of: outcomes).split(separator: "\n")
        #expect(lines.last == "5 passed, 1 failed")
        #expect(lines.contains { $0.hasPrefix("FAILED          B") && $0.contains("crashed") })
        #expect(lines.contains { $0.hasPrefix("ok              C") && $0.contains("skipped: can't run here") })
    }

    @Test(
        "wrong usage and a missing workspace end with their own exit codes",
        arguments: [
            ([], ExitCode.usage), (["frobnicate"], .usage), (["build"], .usage), (["--help"], .success),
            (["--root", "/nonexistent", "list"], .noInput), (["--root", "/nonexistent", "check"], .noInput),
        ])
    func exitCodes(arguments: [String], expected: ExitCode) {
        #expect(Command.run(arguments) == expected)
    }
}
