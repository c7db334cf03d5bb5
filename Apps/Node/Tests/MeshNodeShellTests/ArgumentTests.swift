import ArgumentParser
import MeshClientCore
import MeshCrypto
import MeshRing
import Testing

@testable import MeshNodeShell

@Suite struct ArgumentTests {
    private func run(_ arguments: String...) throws -> RunConfiguration {
        let command = try MeshNodeCommand.parseAsRoot(["run"] + arguments)
        return try #require(command as? RunCommand).configuration()
    }

    private func complaint(_ arguments: [String]) -> String {
        do {
            _ = try MeshNodeCommand.parseAsRoot(arguments)
            return ""
        } catch {
            #expect(MeshNodeCommand.exitCode(for: error).rawValue == ExitStatus.usage.rawValue)
            return MeshNodeCommand.message(for: error)
        }
    }

    @Test("run, the least it needs, the rest by default")
    func minimal() throws {
        let configuration = try run("--data-dir", "/d/", "--listen", "127.0.0.1:4000")
        #expect(configuration.dataDirectory == "/d")
        #expect(configuration.advertise == configuration.listen)
        #expect(configuration.joins.isEmpty)
        #expect(configuration.replicas == nil)
        #expect(configuration.drainTimeoutSeconds == nil)
        #expect(configuration.admin == .unix(path: "/d/admin.sock"))
    }

    @Test("run, everything given, everything taken")
    func complete() throws {
        let node = NodeIdentity.generate().id
        let configuration = try run(
            "--data-dir", "d", "--listen", "[::]:4000", "--advertise", "[::1]:4001", "--join", "10.0.0.1:1", "--join",
            "\(node)@node.example.org:65535", "--join", "[::1]:7", "--admin", "127.0.0.1:9", "--log-level", "debug",
            "--drain-timeout", "7")
        #expect(configuration.advertise.description == "[::1]:4001")
        #expect(configuration.joins.map(\.host) == ["10.0.0.1", "node.example.org", "::1"])
        #expect(configuration.joins.map(\.node) == [nil, node, nil])
        #expect(configuration.joins[1].description == "\(node)@node.example.org:65535")
        #expect(configuration.joins[2].description == "[::1]:7")
        #expect(configuration.drainTimeoutSeconds == 7)
        #expect(configuration.admin == .loopback(try Endpoint(text: "127.0.0.1:9")))
    }

    @Test(
        "run, what can't work, refused with the reason and what to do",
        arguments: [
            (["--listen", "0.0.0.0:4000"], "add --advertise ADDR:4000"),
            (["--listen", "[::]:4000"], "add --advertise ADDR:4000"),
            (["--listen", "1.1.1.1:1", "--advertise", "0.0.0.0:1"], "can't be advertised"),
            (["--listen", "1.1.1.1:1", "--advertise", "224.0.0.1:1"], "(multicast)"),
            (["--listen", "1.1.1.1:1", "--join", "a:1", "--replicas", "3"], "leave one of them out"),
            (["--listen", "1.1.1.1:1", "--replicas", "0"], "1 to 7"),
            (["--listen", "1.1.1.1:1", "--replicas", "8"], "1 to 7"),
            (["--listen", "1.1.1.1:1", "--replicas", "300"], "invalid"),
            (["--listen", "1.1.1.1:1", "--drain-timeout", "86401"], "0 to 86400 seconds"),
            (["--listen", "1.1.1.1:1", "--drain-timeout", "soon"], "invalid"),
            (["--listen", "1.1.1.1:0"], "from 1 to 65535"),
            (["--listen", "1.1.1.1:65536"], "from 1 to 65535"),
            (["--listen", "1.1.1.1"], "has no port"),
            (["--listen", "::1:4000"], "brackets"),
            (["--listen", "localhost:4000"], "no IP address"),
            (["--listen", "[fe80::1%eth0]:4000"], "zone"),
            (["--listen", "1.1.1.1:1", "--admin", "10.0.0.1:1"], "use 127.0.0.1:1"),
            (["--listen", "1.1.1.1:1", "--admin", "0.0.0.0:1"], "use 127.0.0.1:1"),
            (["--listen", "1.1.1.1:1", "--admin", "unix:"], "needs a path"),
            (["--listen", "1.1.1.1:1", "--join", "a"], "has no port"),
            (["--listen", "1.1.1.1:1", "--join", "node1qqqq@a:1"], "start address"),
            (["--listen", "1.1.1.1:1", "--join", "10.0.0.256:1"], "neither an IP address nor a name"),
            (["--listen", "1.1.1.1:1", "--log-level", "loud"], "warning"),
            ([], "--listen"),
        ])
    func refused(arguments: [String], reason: String) {
        let text = complaint(["run", "--data-dir", "d"] + arguments)
        #expect(text.contains(reason), "\(text)")
    }

    @Test("run, data directory too long for a socket, says which option helps")
    func longDirectory() {
        let text = complaint(["run", "--data-dir", String(repeating: "d", count: 120), "--listen", "1.1.1.1:1"])
        #expect(text.contains("--admin unix:PATH"))
    }

    @Test("log level, before the command, taken by it")
    func levelAtRoot() throws {
        let command = try MeshNodeCommand.parseAsRoot(["--log-level", "error", "status", "--data-dir", "d"])
        #expect((command as? StatusCommand)?.log.logLevel == .error)
    }

    @Test("status, directory and admin address both, refused")
    func statusBoth() {
        #expect(complaint(["status", "--data-dir", "d", "--admin", "unix:s"]).contains("give one of them"))
    }

    @Test("version, with or without a command, printed", arguments: [["--version"], ["run", "--version"]])
    func version(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try MeshNodeCommand.parseAsRoot(arguments) }
        #expect(error.map(MeshNodeCommand.message) == NodeVersion.text)
        #expect(error.map { MeshNodeCommand.exitCode(for: $0) } == .success)
    }

    @Test("software name, as it stands in a record, short enough")
    func software() { #expect(NodeVersion.software.utf8.count <= 32) }
}
