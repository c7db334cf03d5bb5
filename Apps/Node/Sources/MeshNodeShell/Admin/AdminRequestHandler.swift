import Glibc
import MeshCrypto
import MeshNode
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
    private let isTCP: Bool
    private let desk: OperatorDesk

    init(isTCP: Bool, desk: OperatorDesk) {
        self.isTCP = isTCP
        self.desk = desk
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
            state = .waitingForEnd(AdminRoute.of(head, isTCP: isTCP))
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
        case .status: answerStatus(context)
        case .stop(let manner): answerStop(manner, context)
        case .forget(let node): answerForget(node, context)
        case .refused(let status, let reason): write(status, AdminJSON.error(reason), context.channel)
        }
    }

    private func answerStatus(_ context: ChannelHandlerContext) {
        askEngine(context, answer: { (.ok, AdminJSON.text($0)) }, { self.desk.ask($0) })
    }

    /// The caller waits for the end of the process, whose id it gets.
    private func answerStop(_ manner: StopManner, _ context: ChannelHandlerContext) {
        desk.stop(manner)
        write(.accepted, AdminJSON.text(["process": getpid()]), context.channel)
    }

    private func answerForget(_ node: NodeID, _ context: ChannelHandlerContext) {
        var isThere = false
        askEngine(context, answer: { Self.answer($0, node) }, { isThere = self.desk.forget(node, $0) })
        if !isThere { write(.serviceUnavailable, AdminJSON.error("it has no network yet"), context.channel) }
    }

    private static func answer(_ outcome: ForgetOutcome, _ node: NodeID) -> (HTTPResponseStatus, String) {
        switch outcome {
        case .forgotten: (.ok, AdminJSON.text(["forgotten": "\(node)"]))
        case .unknown: (.notFound, AdminJSON.error("no record of \(node) is held"))
        case .present(let state):
            (.conflict, AdminJSON.error("\(node) is \(state); only who is down or has left can be forgotten"))
        }
    }

    private func askEngine<Value: Sendable>(
        _ context: ChannelHandlerContext, answer: @escaping (Value) -> (HTTPResponseStatus, String),
        _ ask: (@escaping @Sendable (Value) -> Void) -> Void
    ) {
        let channel = context.channel
        let promise = context.eventLoop.makePromise(of: Value.self)
        let timeout = context.eventLoop.scheduleTask(in: AdminLimits.answer) { promise.fail(EngineIsSilent()) }
        promise.futureResult.assumeIsolated().whenComplete { result in
            timeout.cancel()
            switch result {
            case .success(let value):
                let (status, json) = answer(value)
                self.write(status, json, channel)
            case .failure:
                self.write(.serviceUnavailable, AdminJSON.error("the engine gives no answer; see the log"), channel)
            }
        }
        ask { value in promise.succeed(value) }
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
