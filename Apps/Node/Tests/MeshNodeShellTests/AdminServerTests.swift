import Foundation
import MeshRing
import NIOCore
import NIOPosix
import Testing

@testable import MeshNodeShell

@Suite struct AdminServerTests {
    private let directory = TemporaryDirectory()
    private var address: AdminAddress { .unix(path: directory.file("admin.sock")) }

    private func start(
        at address: AdminAddress? = nil, source: @escaping StatusSource = { $0(.sample) }
    ) throws -> AdminServer {
        try AdminServer.start(
            at: address ?? self.address, group: MultiThreadedEventLoopGroup.singleton,
            desk: OperatorDesk(asking: source))
    }

    private func status(of answer: String?) -> String? {
        answer?.split(separator: "\r\n").first.map(String.init)
    }

    @Test("admin server, on a Unix socket, status to its owner, nothing left behind")
    func unixSocket() throws {
        let server = try start()
        #expect(directory.mode("admin.sock") == 0o600)
        let answer = try AdminClient.status(at: address)
        #expect(answer.status == .sample)
        server.stop()
        #expect(directory.names.isEmpty)
    }

    @Test("admin server, on loopback, status")
    func loopback() throws {
        let endpoint = try Endpoint(text: "127.0.0.1:\(freePort())")
        let server = try start(at: .loopback(endpoint))
        #expect(try AdminClient.status(at: .loopback(endpoint)).status == .sample)
        server.stop()
    }

    @Test("admin server, JSON, exactly the fields of the contract and the further ones")
    func json() throws {
        let server = try start()
        defer { server.stop() }
        let json = try AdminClient.status(at: address).json
        #expect(
            json == """
                {"address":"127.0.0.1:4000","links":{"clients":1,"nodes":2},"network":"ab12","node":"node1a",\
                "queues":{"bytes":41062,"messages":12,"recipients":3},"replicas":3,\
                "roster":[{"address":"127.0.0.1:4000","node":"node1a","state":"alive"},\
                {"address":"[::1]:4001","node":"node1b","state":"down"}],"rosterDigest":"00ff",\
                "statusText":"serving, 2 nodes, 12 messages queued","uptimeSeconds":3725,"version":"0.1.0"}
                """)
    }

    @Test("admin server, socket left by a dead process, taken over")
    func staleSocket() throws {
        let dead = try UnixSocket.bind(path: directory.file("admin.sock"))
        close(dead.descriptor)
        #expect(directory.names == ["admin.sock"])
        let server = try start()
        #expect(try AdminClient.status(at: address).status == .sample)
        server.stop()
    }

    @Test("admin server, another server answers there, named error and the other goes on")
    func inUse() throws {
        let first = try start()
        defer { first.stop() }
        #expect(throws: AdminServerError.socket(.inUse(directory.file("admin.sock")))) { try start() }
        #expect(try AdminClient.status(at: address).status == .sample)
    }

    @Test("admin server, a file lies there, named error and the file stays")
    func notASocket() throws {
        directory.write([1, 2, 3], to: "admin.sock")
        #expect(throws: AdminServerError.socket(.notASocket(directory.file("admin.sock")))) { try start() }
        #expect(directory.bytes("admin.sock") == [1, 2, 3])
    }

    @Test("admin server, TCP port taken, named error")
    func portTaken() throws {
        let endpoint = try Endpoint(text: "127.0.0.1:\(freePort())")
        let first = try start(at: .loopback(endpoint))
        defer { first.stop() }
        #expect(throws: AdminServerError.cannotListen(.loopback(endpoint), EADDRINUSE)) {
            try start(at: .loopback(endpoint))
        }
    }

    @Test(
        "admin server, bad request, refused by status and closed",
        arguments: [
            ("GET /other HTTP/1.1\r\n\r\n", "HTTP/1.1 404 Not Found"),
            ("POST /status HTTP/1.1\r\ncontent-length: 0\r\n\r\n", "HTTP/1.1 405 Method Not Allowed"),
            ("GET /status HTTP/1.1\r\ncontent-length: 5\r\n\r\nhello", "HTTP/1.1 413 Payload Too Large"),
            ("\u{0}\u{1}\u{2}\u{3}\r\n\r\n", "HTTP/1.1 400 Bad Request"),
            ("GET /status HTTP/1.1\r\n\r\nGET /status HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK"),
        ])
    func badRequests(request: String, expected: String) throws {
        let server = try start()
        defer { server.stop() }
        let answer = RawClient.exchange(path: directory.file("admin.sock"), request)
        #expect(status(of: answer) == expected)
        #expect(answer?.components(separatedBy: "HTTP/1.1").count == 2)
    }

    @Test("admin server, more bytes than a request may have, closed without an answer")
    func oversized() throws {
        let server = try start()
        defer { server.stop() }
        let request = "GET /status HTTP/1.1\r\nx: " + String(repeating: "x", count: AdminLimits.requestBytes)
        #expect(RawClient.exchange(path: directory.file("admin.sock"), request) == "")
        #expect(try AdminClient.status(at: address).status == .sample)
    }

    private func freePort() -> UInt16 { FreePort.any() }
}
