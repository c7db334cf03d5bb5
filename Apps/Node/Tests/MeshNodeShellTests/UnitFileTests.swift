import Foundation
import Testing

@Suite struct UnitFileTests {
    private static let node = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let hasAnalyze = FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze")

    @Test("unit file, verified by systemd, accepted without a word", .enabled(if: hasAnalyze))
    func verified() throws {
        let check = Process()
        check.executableURL = Self.node.appending(path: "systemd/check")
        check.arguments = [NodeProgram.path]
        let output = Pipe()
        check.standardOutput = output
        check.standardError = output
        try check.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        check.waitUntilExit()
        #expect(check.terminationStatus == 0, "\(text)")
    }
}
