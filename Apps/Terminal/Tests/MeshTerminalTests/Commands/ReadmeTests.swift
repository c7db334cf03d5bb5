import ArgumentParser
import Foundation
import Testing

@testable import MeshTerminal

@Suite("README")
struct ReadmeTests {
    private static func lines() throws -> [String] {
        let readme = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../README.md")
        let text = try String(contentsOf: readme, encoding: .utf8)
        return text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("mesh ") }
    }

    @Test("every command line of the README is understood")
    func parsed() throws {
        let lines = try Self.lines()
        #expect(lines.count > 20)
        for line in lines {
            let words = line.replacing("\"Hello, Ben!\"", with: "Hello").split(separator: " ").map(String.init)
            #expect(throws: Never.self, "\(line)") { try MeshCommand.parseAsRoot(Array(words.dropFirst())) }
        }
    }

    @Test("every exit code that the program knows stands in the README")
    func exitCodes() throws {
        let readme = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../README.md")
        let text = try String(contentsOf: readme, encoding: .utf8)
        let table = try #require(text.split(separator: "## Exit codes").last)
        for code in 64...79 {
            guard let status = ExitStatus(rawValue: Int32(code)) else { continue }
            #expect(table.contains("\(status.rawValue)"), "\(status)")
        }
    }
}
