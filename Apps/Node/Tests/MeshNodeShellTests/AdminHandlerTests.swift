import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import MeshNodeShell

@Suite struct AdminHandlerTests {
    private func channel(isTCP: Bool = false, source: @escaping StatusSource) throws -> EmbeddedChannel {
        let channel = EmbeddedChannel(handler: AdminRequestHandler(isTCP: isTCP, desk: OperatorDesk(asking: source)))
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
        return channel
    }

    private func request(_ channel: EmbeddedChannel, host: String = "localhost") throws {
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/status", headers: ["host": host])
        try channel.writeInbound(HTTPServerRequestPart.head(head))
        try channel.writeInbound(HTTPServerRequestPart.end(nil))
    }

    private func answered(_ channel: EmbeddedChannel) throws -> HTTPResponseStatus? {
        guard case .head(let head)? = try channel.readOutbound(as: HTTPServerResponsePart.self) else { return nil }
        return head.status
    }

    @Test("admin handler, caller sends nothing, closed after its lifetime")
    func silentCaller() throws {
        let channel = try channel { $0(.sample) }
        channel.embeddedEventLoop.advanceTime(by: AdminLimits.lifetime - .milliseconds(1))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(!channel.isActive)
    }

    @Test("admin handler, engine gives no answer, 503 in time; its late answer harms nothing")
    func silentEngine() throws {
        let asked = Collector<@Sendable (NodeStatus) -> Void>()
        let channel = try channel { asked.add($0) }
        try request(channel)
        channel.embeddedEventLoop.advanceTime(by: AdminLimits.answer)
        #expect(try answered(channel) == .serviceUnavailable)
        asked.all.first?(.sample)
        channel.embeddedEventLoop.run()
        #expect(!channel.isActive)
    }

    @Test("admin handler, caller gone before the engine answers, nothing happens")
    func callerGone() throws {
        let asked = Collector<@Sendable (NodeStatus) -> Void>()
        let channel = try channel { asked.add($0) }
        try request(channel)
        _ = try channel.finish()
        asked.all.first?(.sample)
        channel.embeddedEventLoop.run()
    }

    @Test(
        "admin handler on TCP, request addressed to a foreign name, refused",
        arguments: ["evil.example", "evil.example:80", "", "127.evil.example", "[::2]", "localhost.evil.example"])
    func foreignHost(host: String) throws {
        let channel = try channel(isTCP: true) { $0(.sample) }
        try request(channel, host: host)
        #expect(try answered(channel) == .misdirectedRequest)
    }

    @Test(
        "admin handler on TCP, request addressed to loopback, answered",
        arguments: ["localhost", "LocalHost:1", "127.0.0.1:4000", "127.1.0.1", "[::1]:4000", "[::1]"])
    func loopbackHost(host: String) throws {
        let channel = try channel(isTCP: true) { $0(.sample) }
        try request(channel, host: host)
        #expect(try answered(channel) == .ok)
    }
}
