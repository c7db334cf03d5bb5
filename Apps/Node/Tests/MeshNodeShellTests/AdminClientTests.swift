import Glibc
import MeshRing
import NIOCore
import NIOPosix
import Testing

@testable import MeshNodeShell

@Suite struct AdminClientTests {
    private let directory = TemporaryDirectory()
    private var address: AdminAddress { .unix(path: directory.file("s")) }

    @Test("admin client, no socket there, unavailable with what to look at")
    func absent() {
        let error = #expect(throws: AdminClientError.self) { try AdminClient.status(at: address) }
        #expect(error == .notReached(address, errno: ENOENT))
        #expect(error?.failure.status == .unavailable)
        #expect(error?.failure.hint?.contains("--data-dir") == true)
    }

    @Test("admin client, nobody listens on the port, unavailable")
    func refused() throws {
        let address = AdminAddress.loopback(try Endpoint(text: "127.0.0.1:\(FreePort.any())"))
        let error = #expect(throws: AdminClientError.self) { try AdminClient.status(at: address) }
        #expect(error == .notReached(address, errno: ECONNREFUSED))
    }

    @Test("admin client, not permitted, says as whom to ask")
    func notPermitted() {
        #expect(AdminClientError.notReached(address, errno: EACCES).failure.status == .notPermitted)
    }

    @Test("admin client, node gives no status or no answer, try again")
    func tryAgain() {
        #expect(AdminClientError.refused(address, 503, "stuck").failure.status == .tryAgain)
        #expect(AdminClientError.timedOut(address).failure.status == .tryAgain)
    }

    @Test(
        "admin client, something else answers, protocol fault",
        arguments: [
            "SSH-2.0-OpenSSH_9\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n<html></h", "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{",
            "",
        ])
    func somethingElse(answer: String) throws {
        let server = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Blurter(text: answer))
                }
            }
            .bind(unixDomainSocketPath: directory.file("s")).wait()
        defer { try? server.close().wait() }
        let error = #expect(throws: AdminClientError.self) { try AdminClient.status(at: address) }
        #expect(error == .notUnderstood(address))
        #expect(error?.failure.status == .protocolFault)
    }

    @Test("status report, two nodes, facts and an aligned table")
    func report() {
        #expect(
            StatusReport.text(.sample) == """
                status   serving, 2 nodes, 12 messages queued
                node     node1a
                address  127.0.0.1:4000
                network  ab12, 3 replicas
                version  0.1.0
                uptime   1 h 2 min
                links    1 client, 2 nodes
                queues   12 messages for 3 recipients, 40.0 KiB
                digest   00ff

                STATE    ADDRESS         NODE
                alive    127.0.0.1:4000  node1a (this node)
                down     [::1]:4001      node1b
                """)
    }

    @Test("status report, members that count and can't be reached, named beside what acceptance takes")
    func missing() {
        var status = NodeStatus.sample
        status.neededCopies = 2
        status.missing = []
        #expect(StatusReport.text(status).contains("\naccepts  with 2 copies on disk\n"))
        status.missing = ["node1b", "node1c"]
        #expect(StatusReport.text(status).contains("\naccepts  with 2 copies on disk; missing node1b, node1c\n"))
    }

    @Test("status report, a member goes on seeing another network, named")
    func splitView() {
        var status = NodeStatus.sample
        status.splitViews = ["node1b"]
        let lines = StatusReport.text(status).split(separator: "\n")
        #expect(lines.contains("split    node1b has seen another network for a minute or longer"))
    }

    @Test("status report, control characters in a peer's text, made harmless")
    func hostileText() {
        var status = NodeStatus.sample
        status.roster[1].node = "\u{1b}[31m"
        #expect(!StatusReport.text(status).contains("\u{1b}"))
    }

    @Test(
        "durations, any length, two units at most",
        arguments: [
            (0, "0 s"), (59, "59 s"), (60, "1 min"), (3_661, "1 h 1 min"), (90_000, "1 d 1 h"), (86_400, "1 d"),
        ])
    func durations(seconds: UInt64, text: String) { #expect(StatusReport.duration(seconds: seconds) == text) }

    @Test(
        "sizes, any, in a fitting unit",
        arguments: [(0, "0 bytes"), (1, "1 byte"), (1_023, "1023 bytes"), (1_024, "1.0 KiB"), (1 << 40, "1.0 TiB")])
    func sizes(bytes: Int, text: String) { #expect(StatusReport.size(bytes) == text) }
}

/// Says something at once, then closes.
private final class Blurter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let text: String

    init(text: String) { self.text = text }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
        context.close(promise: nil)
    }
}
