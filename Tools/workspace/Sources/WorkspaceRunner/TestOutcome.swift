/// How the tests of one package, or one script, ended.
struct TestOutcome {
    /// The exit code by which a script says that it can't run here.
    static let skippedStatus: Int32 = 77

    var name: String
    var passed: Int
    var failed: Int
    var skipped: Int
    var note: String
    var seconds: Double

    /// A package's whose tests could not be built.
    init(failedBuildOf name: String, seconds: Double) {
        self.init(name: name, passed: 0, failed: 1, skipped: 0, note: "did not build", seconds: seconds)
    }

    private init(name: String, passed: Int, failed: Int, skipped: Int, note: String, seconds: Double) {
        self.name = name
        self.passed = passed
        self.failed = failed
        self.skipped = skipped
        self.note = note
        self.seconds = seconds
    }

    /// A package's: a non-zero status counts as a failure even where no report names one (a crash).
    init(name: String, report: TestReport?, status: Int32, seconds: Double) {
        self.name = name
        self.seconds = seconds
        let tests = report ?? TestReport()
        skipped = tests.skipped
        failed = status == 0 ? tests.failures : max(tests.failures, 1)
        passed = max(tests.tests - tests.failures - tests.skipped, 0)
        switch (status, report) {
        case (0, .none): note = "no tests"
        case (0, .some): note = ""
        case (_, .none): note = "crashed (exit code \(status))"
        case (_, .some): note = "exit code \(status)"
        }
    }

    /// A script's: it counts as one test.
    init(name: String, script status: Int32, seconds: Double) {
        self.name = name
        self.seconds = seconds
        passed = status == 0 ? 1 : 0
        skipped = status == Self.skippedStatus ? 1 : 0
        failed = passed + skipped == 0 ? 1 : 0
        note = skipped == 1 ? "skipped: can't run here, see above" : failed == 1 ? "exit code \(status)" : ""
    }

    /// A row for each, and the sums alone on the last line.
    static func summary(of outcomes: [TestOutcome]) -> String {
        let rows = outcomes.map { outcome in
            Table.row([
                outcome.failed == 0 ? "ok" : "FAILED", outcome.name, "\(outcome.passed) passed",
                "\(outcome.failed) failed", "\(outcome.skipped) skipped", "\(Int(outcome.seconds.rounded())) s",
                outcome.note,
            ])
        }
        let passed = outcomes.map(\.passed).reduce(0, +)
        let failed = outcomes.map(\.failed).reduce(0, +)
        return (["", "== Summary"] + rows + ["\(passed) passed, \(failed) failed"]).joined(separator: "\n")
    }
}

/// Columns of text.
enum Table {
    /// A row whose columns (all but the last) are 16 characters wide, enough for the longest package name.
    static func row(_ columns: [String]) -> String {
        let padded = columns.dropLast().map { $0 + String(repeating: " ", count: max(1, 16 - $0.count)) }
        return (padded + columns.suffix(1)).joined().trimmingSuffix { $0 == " " }
    }
}

extension String {
    fileprivate func trimmingSuffix(while matches: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, matches(last) { text.removeLast() }
        return String(text)
    }
}
