import NIOCore
import NIOHTTP1

/// What came back.
struct AdminReply: Sendable {
    let status: HTTPResponseStatus
    var body: ByteBuffer
}

/// Sends the request, collects the answer.
final class AdminReplyHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let method: HTTPMethod
    private let uri: String
    private let address: AdminAddress
    private let promise: EventLoopPromise<AdminReply>
    private var reply: AdminReply?

    init(_ method: HTTPMethod, _ uri: String, address: AdminAddress, promise: EventLoopPromise<AdminReply>) {
        self.method = method
        self.uri = uri
        self.address = address
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        var headers: HTTPHeaders = ["host": "localhost", "connection": "close"]
        if method == .POST { headers.add(name: "content-length", value: "0") }
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: uri, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): reply = AdminReply(status: head.status, body: ByteBuffer())
        case .body(var part):
            reply?.body.writeBuffer(&part)
            if reply?.body.readableBytes ?? 0 > AdminLimits.responseBytes {
                promise.fail(AdminClientError.notUnderstood(address))
            }
        case .end:
            if let reply { promise.succeed(reply) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(AdminClientError.notUnderstood(address))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { promise.fail(AdminClientError.notUnderstood(address)) }
}
