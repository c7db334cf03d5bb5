import Foundation

/// The counts in the xUnit file that `swift test` leaves.
struct TestReport: Equatable {
    var tests = 0
    var failures = 0
    var skipped = 0

    /// No tests at all.
    init() {}

    /// Reads a report; nil if there is none, as after a crash or a failed build.
    init?(file: URL) {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
        self.init(text: text)
    }

    /// Adds up the attributes of every `<testsuite …>`.
    init?(text: String) {
        let suites = text.components(separatedBy: "<testsuite ").dropFirst()
        guard !suites.isEmpty else { return nil }
        for suite in suites {
            let attributes = suite.prefix { $0 != ">" }
            tests += Self.count("tests", in: attributes)
            failures += Self.count("failures", in: attributes) + Self.count("errors", in: attributes)
            skipped += Self.count("skipped", in: attributes)
        }
    }

    private static func count(_ name: String, in attributes: Substring) -> Int {
        guard let start = attributes.range(of: "\(name)=\"")?.upperBound else { return 0 }
        return Int(attributes[start...].prefix { $0 != "\"" }) ?? 0
    }
}
