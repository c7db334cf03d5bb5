import ArgumentParser
import Foundation
import Testing

@testable import MeshNodeShell

@Suite struct ReadmeTests {
    private static let node = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static func commands(_ file: String) throws -> [[String]] {
        try String(contentsOf: node.appending(path: file), encoding: .utf8).split(separator: "\n")
            .filter { $0.hasPrefix("mesh-node ") }
            .map { $0.split(separator: " ").dropFirst().map(String.init) }
    }

    @Test("README, every command in it, is understood")
    func commands() throws {
        let commands = try Self.commands("README.md")
        #expect(commands.count == 8)
        for arguments in commands {
            #expect(throws: Never.self, "\(arguments)") { try MeshNodeCommand.parseAsRoot(arguments) }
        }
    }

    @Test("README, its first network, comes about as it says")
    func firstNetwork() throws {
        let directory = TemporaryDirectory()
        let founder = try RunningNode(in: directory.file("a"))
        let joiner = try RunningNode(in: directory.file("b"), ["--join", founder.address])
        #expect(founder.waitUntilServing())
        #expect(joiner.waitUntilServing())
        #expect(founder.wait { $0.status?.roster.count == 2 })
        for node in [founder, joiner] { #expect(node.end() == 0) }
    }

    @Test("version, in program and changelog, the same")
    func version() throws {
        let changelog = try String(contentsOf: Self.node.appending(path: "CHANGELOG.md"), encoding: .utf8)
        #expect(changelog.contains("## [\(NodeVersion.text)]"))
    }
}
