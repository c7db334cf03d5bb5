import MeshCrypto
import MeshNode
import MeshRing
import NIOCore
import NIOHTTP1
import NIOPosix

/// Speaks to a running node.
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
        let reply = try request(.GET, "/status", at: address, group: group)
        guard let status = AdminJSON.status(reply.body.readableBytesView) else { throw .notUnderstood(address) }
        return Answer(status: status, json: trimmed(reply.body))
    }

    /// Has a node stopped.
    /// - Returns: its process, which ends soon.
    static func stop(
        _ manner: StopManner, at address: AdminAddress,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) throws(AdminClientError) -> Int32 {
        let path = manner == .stay ? "/stop?stay" : "/stop"
        let reply = try request(.POST, path, at: address, group: group)
        guard let process = AdminJSON.process(reply.body.readableBytesView) else { throw .notUnderstood(address) }
        return process
    }

    /// Has a node forget another one.
    static func forget(
        _ node: NodeID, at address: AdminAddress, group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) throws(AdminClientError) {
        _ = try request(.POST, "/forget?node=\(node)", at: address, group: group)
    }

    private static func request(
        _ method: HTTPMethod, _ uri: String, at address: AdminAddress, group: any EventLoopGroup
    ) throws(AdminClientError) -> AdminReply {
        let reply: AdminReply
        do {
            reply = try ask(method, uri, at: address, group: group)
        } catch let error as AdminClientError {
            throw error
        } catch {
            throw .notReached(address, errno: errnoCode(of: error))
        }
        guard (200..<300).contains(reply.status.code) else {
            throw .refused(address, Int(reply.status.code), AdminJSON.reason(reply.body.readableBytesView) ?? "")
        }
        return reply
    }

    private static func ask(
        _ method: HTTPMethod, _ uri: String, at address: AdminAddress, group: any EventLoopGroup
    ) throws -> AdminReply {
        let loop = group.next()
        let promise = loop.makePromise(of: AdminReply.self)
        let timeout = loop.scheduleTask(in: AdminLimits.client) { promise.fail(AdminClientError.timedOut(address)) }
        let connected = connect(to: address, loop: loop) {
            AdminReplyHandler(method, uri, address: address, promise: promise)
        }
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
