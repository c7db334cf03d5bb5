import Logging
import MeshRing
import NIOConcurrencyHelpers
import NIOCore
import NIOHTTP1
import NIOPosix

/// Answers the operator: HTTP/1.1 on a Unix socket or on loopback, `GET /status`; on the socket also
/// `POST /stop`, `/stop?stay` and `/forget?node=…`.
final class AdminServer: Sendable {
    private let channel: any Channel
    private let socketFile: @Sendable () -> Void

    private init(channel: any Channel, removing socketFile: @escaping @Sendable () -> Void) {
        self.channel = channel
        self.socketFile = socketFile
    }

    /// Listens; blocks until it does.
    static func start(
        at address: AdminAddress, group: any EventLoopGroup, desk: OperatorDesk
    ) throws(AdminServerError) -> AdminServer {
        switch address {
        case .unix(let path):
            let socket: UnixSocket
            do { socket = try UnixSocket.bind(path: path) } catch { throw .socket(error) }
            let bound = bootstrap(group, isTCP: false, desk).withBoundSocket(socket.descriptor)
            return AdminServer(channel: try listening(bound, address), removing: socket.removeFile)
        case .loopback(let endpoint):
            let bootstrap = bootstrap(group, isTCP: true, desk)
            let bound = bootstrap.bind(host: "\(endpoint.address)", port: Int(endpoint.port))
            return AdminServer(channel: try listening(bound, address), removing: {})
        }
    }

    /// Takes nothing more, and removes the socket's file; blocks until done.
    func stop() {
        try? channel.close().wait()
        socketFile()
    }

    private static func listening(
        _ bound: EventLoopFuture<any Channel>, _ address: AdminAddress
    ) throws(AdminServerError) -> any Channel {
        do {
            return try bound.wait()
        } catch let error as IOError {
            throw .cannotListen(address, error.errnoCode)
        } catch {
            throw .failed(address, "\(error)")
        }
    }

    private static func bootstrap(
        _ group: any EventLoopGroup, isTCP: Bool, _ desk: OperatorDesk
    ) -> ServerBootstrap {
        let open = NIOLockedValueBox(0)
        return ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard admit(channel, open) else { throw ChannelError.eof }
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(ByteLimitHandler(limit: AdminLimits.requestBytes))
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try pipeline.addHandler(AdminRequestHandler(isTCP: isTCP, desk: desk))
                }
            }
    }

    /// Counts the connection until it closes; false for one too many.
    private static func admit(_ channel: any Channel, _ open: NIOLockedValueBox<Int>) -> Bool {
        let count = open.withLockedValue { count in
            count += 1
            return count
        }
        channel.closeFuture.whenComplete { _ in open.withLockedValue { $0 -= 1 } }
        return count <= AdminLimits.connections
    }
}

/// Why the operator can't be answered.
enum AdminServerError: Error, Equatable, CustomStringConvertible {
    /// The Unix socket.
    case socket(UnixSocketError)
    /// The TCP port, with this errno.
    case cannotListen(AdminAddress, Int32)
    /// Anything else.
    case failed(AdminAddress, String)

    var description: String {
        switch self {
        case .socket(let reason): reason.description
        case .cannotListen(let address, let code):
            "can't answer status requests at \(address): \(text(ofErrno: code)); "
                + "free the port or give another place with --admin"
        case .failed(let address, let reason): "can't answer status requests at \(address): \(reason)"
        }
    }
}
