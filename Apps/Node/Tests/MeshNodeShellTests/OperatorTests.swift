import Foundation
import MeshCrypto
import MeshNode
import MeshRing
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import MeshNodeShell

@Suite("What an operator asks of a running node")
struct OperatorTests {
    private let directory = TemporaryDirectory()

    private func route(_ method: HTTPMethod, _ uri: String, isTCP: Bool = false) -> AdminRoute {
        AdminRoute.of(
            HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: ["host": "localhost"]), isTCP: isTCP)
    }

    @Test("admin route, stop and forget, understood")
    func routes() {
        let node = NodeIdentity.generate().id
        #expect(route(.POST, "/stop") == .stop(.leave))
        #expect(route(.POST, "/stop?stay") == .stop(.stay))
        #expect(route(.POST, "/forget?node=\(node)") == .forget(node))
    }

    @Test(
        "admin route, what asks for something else or asks badly, refused",
        arguments: [
            (HTTPMethod.GET, "/stop", HTTPResponseStatus.methodNotAllowed), (.GET, "/forget", .methodNotAllowed),
            (.POST, "/stop?now", .badRequest), (.POST, "/forget", .badRequest),
            (.POST, "/forget?node=", .badRequest), (.POST, "/forget?node=node1qqqq", .badRequest),
            (.POST, "/stop/", .notFound),
        ])
    func refused(method: HTTPMethod, uri: String, status: HTTPResponseStatus) {
        guard case .refused(status, _) = route(method, uri) else {
            return #expect(Bool(false), "\(route(method, uri))")
        }
    }

    @Test("admin route, over TCP, where web pages could post, nothing operated", arguments: ["/stop", "/stop?stay"])
    func overTCP(uri: String) {
        guard case .refused(.forbidden, _) = route(.POST, uri, isTCP: true) else {
            return #expect(Bool(false), "\(route(.POST, uri, isTCP: true))")
        }
    }

    @Test("admin client, node has no network yet or holds no such record, told so")
    func forgetRefused() throws {
        let address = AdminAddress.unix(path: directory.file("s"))
        let desk = OperatorDesk { $0(.sample) }
        let server = try AdminServer.start(at: address, group: MultiThreadedEventLoopGroup.singleton, desk: desk)
        defer { server.stop() }
        let node = NodeIdentity.generate().id
        func failure() -> NodeFailure? {
            #expect(throws: AdminClientError.self) { try AdminClient.forget(node, at: address) }?.failure
        }
        #expect(failure()?.status == .tryAgain)
        desk.serve(status: { $0(.sample) }, forget: { $1(.unknown) })
        #expect(failure()?.status == .data)
        desk.serve(status: { $0(.sample) }, forget: { $1(.present(.suspect)) })
        #expect(failure()?.message.contains("suspect") == true)
        desk.serve(status: { $0(.sample) }, forget: { $1(.forgotten) })
        #expect(throws: Never.self) { try AdminClient.forget(node, at: address) }
    }

    /// Two nodes that know each other.
    private func pair() throws -> (RunningNode, RunningNode) {
        let first = try RunningNode(in: directory.file("a"))
        let second = try RunningNode(in: directory.file("b"), ["--join", first.address])
        for node in [first, second] {
            #expect(node.wait { $0.status?.roster.count { $0.state == "alive" } == 2 })
        }
        return (first, second)
    }

    private func state(of node: String, at other: RunningNode) -> String? {
        other.status?.roster.first { $0.node == node }?.state
    }

    @Test("node, SIGTERM, leaves; started again, it is there again")
    func leave() throws {
        let (first, second) = try pair()
        let id = try #require(second.status?.node)
        #expect(second.end() == 0)
        #expect(second.logged.contains("event=left"))
        #expect(first.wait { state(of: id, at: $0) == "left" })
        let back = try RunningNode(in: directory.file("b"), port: second.port)
        #expect(back.waitUntilServing())
        #expect(first.wait { state(of: id, at: $0) == "alive" })
        #expect(first.end() == 0)
        #expect(back.end() == 0)
        #expect(back.logged.contains("event=stays"))
    }

    @Test("mesh-node stop --stay, waits for the end; others find the node down, and forget it on the operator's word")
    func stayAndForget() throws {
        let (first, second) = try pair()
        let id = try #require(second.status?.node)
        #expect(try Self.run("forget", id, "--data-dir", first.directory) == ExitStatus.tryAgain.rawValue)
        #expect(try Self.run("stop", "--stay", "--data-dir", second.directory) == 0)
        #expect(second.exitStatus() == 0)
        #expect(!second.logged.contains("event=left"))
        #expect(first.wait { state(of: id, at: $0) == "down" })
        #expect(try Self.run("forget", id, "--data-dir", first.directory) == 0)
        #expect(state(of: id, at: first) == nil)
        #expect(first.logged.contains("event=forget"))
        #expect(try Self.run("forget", id, "--data-dir", first.directory) == ExitStatus.data.rawValue)
        #expect(try Self.run("stop", "--data-dir", first.directory) == 0)
        #expect(first.exitStatus() == 0)
    }

    /// Runs mesh-node to its end; its exit status.
    private static func run(_ arguments: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: NodeProgram.path)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
