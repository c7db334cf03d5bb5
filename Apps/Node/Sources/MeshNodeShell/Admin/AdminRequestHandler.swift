import FoundationEssentials
import Logging
import NIOCore
import NIOHTTP1

/// Asks the engine for a status; `answer` is called once, from any thread.
typealias StatusSource = @Sendable (_ answer: @escaping @Sendable (NodeStatus) -> Void) -> Void

/// Serves one request, then closes the connection.
final class AdminRequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        case waitingForHead
        case waitingForEnd(AdminRoute)
        case answering
    }

    private var state = State.waitingForHead
    private let checksHost: Bool
    private let source: StatusSource

    init(checksHost: Bool, source: @escaping StatusSource) {
        self.checksHost = checksHost
        self.source = source
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        let timeout = context.eventLoop.scheduleTask(in: AdminLimits.lifetime) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in timeout.cancel() }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (state, unwrapInboundIn(data)) {
        case (.waitingForHead, .head(let head)):
            state = .waitingForEnd(AdminRoute.of(head, checksHost: checksHost))
            if case .waitingForEnd(.refused) = state { answer(context) }
        case (.waitingForEnd, .end): answer(context)
        default: break  // a body that was refused, or a second request on a connection that closes
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(_ context: ChannelHandlerContext) {
        guard case .waitingForEnd(let route) = state else { return }
        state = .answering
        switch route {
        case .status: askEngine(context)
        case .refused(let status, let reason): write(status, AdminJSON.error(reason), context.channel)
        }
    }

    private func askEngine(_ context: ChannelHandlerContext) {
        let channel = context.channel
        let promise = context.eventLoop.makePromise(of: NodeStatus.self)
        let timeout = context.eventLoop.scheduleTask(in: AdminLimits.answer) { promise.fail(EngineIsSilent()) }
        promise.futureResult.assumeIsolated().whenComplete { result in
            timeout.cancel()
            switch result {
            case .success(let status): self.write(.ok, AdminJSON.text(status), channel)
            case .failure:
                self.write(.serviceUnavailable, AdminJSON.error("the engine gives no answer; see the log"), channel)
            }
        }
        source { status in promise.succeed(status) }
    }

    private struct EngineIsSilent: Error {}

    private func write(_ status: HTTPResponseStatus, _ json: String, _ channel: any Channel) {
        let body = channel.allocator.buffer(string: json + "\n")
        let headers: HTTPHeaders = [
            "content-type": "application/json", "content-length": String(body.readableBytes), "connection": "close",
            "cache-control": "no-store",
        ]
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        channel.write(HTTPServerResponsePart.head(head), promise: nil)
        channel.write(HTTPServerResponsePart.body(.byteBuffer(body)), promise: nil)
        channel.writeAndFlush(HTTPServerResponsePart.end(nil)).whenComplete { _ in channel.close(promise: nil) }
    }
}

/// Lets only so many bytes in, then closes.
final class ByteLimitHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var left: Int

    init(limit: Int) { left = limit }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        left -= unwrapInboundIn(data).readableBytes
        if left < 0 { context.close(promise: nil) } else { context.fireChannelRead(data) }
    }
}

/// The endpoint's JSON.
enum AdminJSON {
    static func text(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and whole numbers always have a JSON form.
        guard let data = try? encoder.encode(value) else { preconditionFailure("a status has a JSON form") }
        return String(decoding: data, as: UTF8.self)
    }

    static func error(_ reason: String) -> String { text(["error": reason]) }

    static func status(_ text: some Sequence<UInt8>) -> NodeStatus? {
        try? JSONDecoder().decode(NodeStatus.self, from: Data(text))
    }

    static func reason(_ text: some Sequence<UInt8>) -> String? {
        (try? JSONDecoder().decode([String: String].self, from: Data(text)))?["error"]
    }
}
