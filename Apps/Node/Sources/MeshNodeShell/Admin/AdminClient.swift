import MeshRing
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks a node for its status.
enum AdminClient {
    /// What a node answered.
    struct Answer: Sendable {
        let status: NodeStatus
        /// As it came, with fields that this program doesn't know.
        let json: String
    }

    /// Asks and waits, ``AdminLimits/client`` at most.
    static func status(
        at address: AdminAddress, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) throws(AdminClientError) -> Answer {
        let reply: AdminReply
        do {
            reply = try ask(at: address, group: group)
        } catch let error as AdminClientError {
            throw error
        } catch {
            throw .notReached(address, errno: errnoCode(of: error))
        }
        guard reply.status == .ok else {
            throw .refused(address, Int(reply.status.code), AdminJSON.reason(reply.body.readableBytesView) ?? "")
        }
        guard let status = AdminJSON.status(reply.body.readableBytesView) else { throw .notUnderstood(address) }
        return Answer(status: status, json: trimmed(reply.body))
    }

    private static func ask(at address: AdminAddress, group: any EventLoopGroup) throws -> AdminReply {
        let loop = group.next()
        let promise = loop.makePromise(of: AdminReply.self)
        let timeout = loop.scheduleTask(in: AdminLimits.client) { promise.fail(AdminClientError.timedOut(address)) }
        let connected = connect(to: address, loop: loop) { AdminReplyHandler(address: address, promise: promise) }
        connected.whenFailure { promise.fail($0) }
        defer {
            timeout.cancel()
            connected.whenSuccess { $0.close(promise: nil) }
        }
        return try promise.futureResult.wait()
    }

    private static func connect(
        to address: AdminAddress, loop: any EventLoop, _ handler: @escaping @Sendable () -> AdminReplyHandler
    ) -> EventLoopFuture<any Channel> {
        let bootstrap = ClientBootstrap(group: loop).connectTimeout(AdminLimits.client).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                try channel.pipeline.syncOperations.addHandler(handler())
            }
        }
        switch address {
        case .unix(let path): return bootstrap.connect(unixDomainSocketPath: path)
        case .loopback(let endpoint):
            return bootstrap.connect(host: "\(endpoint.address)", port: Int(endpoint.port))
        }
    }

    private static func errnoCode(of error: any Error) -> Int32 {
        if let error = error as? IOError { return error.errnoCode }
        let attempts = (error as? NIOConnectionError)?.connectionErrors ?? []
        return attempts.lazy.compactMap { ($0.error as? IOError)?.errnoCode }.first ?? 0
    }

    private static func trimmed(_ body: ByteBuffer) -> String {
        let text = String(buffer: body)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}

/// What came back.
struct AdminReply: Sendable {
    let status: HTTPResponseStatus
    var body: ByteBuffer
}

/// Sends the request, collects the answer.
private final class AdminReplyHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let address: AdminAddress
    private let promise: EventLoopPromise<AdminReply>
    private var reply: AdminReply?

    init(address: AdminAddress, promise: EventLoopPromise<AdminReply>) {
        self.address = address
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        let headers: HTTPHeaders = ["host": "localhost", "connection": "close"]
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/status", headers: headers)
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
