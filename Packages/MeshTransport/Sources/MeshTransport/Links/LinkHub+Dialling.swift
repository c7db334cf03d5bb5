public import MeshCrypto
import NIOCore
import NIOPosix

/// Why no link came of a dial.
public enum LinkDialError: Error, Equatable, Sendable {
    /// No address could be reached; with what the system said.
    case unreachable(LinkTarget, String)
    /// Connected, but the handshake failed.
    case handshake(LinkTarget, LinkHandshakeError)
}

extension LinkDialError: CustomStringConvertible {
    /// What happened, and where.
    public var description: String {
        switch self {
        case .unreachable(let target, let detail): "\(target) can't be reached: \(detail)"
        case .handshake(let target, let error): "no link with \(target): \(error)"
        }
    }
}

extension LinkHub {
    /// Dials. All addresses of a name are tried, a second one 250 ms after the first (RFC 8305).
    ///
    /// - Parameters:
    ///   - target: where.
    ///   - credential: as whom, and whom to find there.
    ///   - network: the network to find there; nil takes any and reports its parameters, which is trust on first use.
    ///   - completion: called once on the link's event loop; on success after ``LinkHandler/linkOpened(_:)``.
    public func dial(
        _ target: LinkTarget, as credential: LinkCredential, network: NetworkID?,
        completion: @escaping @Sendable (Result<OpenedLink, LinkDialError>) -> Void
    ) {
        let loop = nextLoop()
        connect(target, on: loop).whenComplete { result in
            switch result {
            case .success(let channel):
                Self.begin(channel, target, credential, network, completion)
            case .failure(let error):
                completion(.failure(.unreachable(target, NetworkErrorText.of(error))))
            }
        }
    }

    /// Dials and waits for the link; see ``dial(_:as:network:completion:)``.
    public func dial(
        _ target: LinkTarget, as credential: LinkCredential, network: NetworkID?
    ) async throws(LinkDialError) -> OpenedLink {
        let result = await withCheckedContinuation { continuation in
            dial(target, as: credential, network: network) { continuation.resume(returning: $0) }
        }
        return try result.get()
    }

    private func connect(_ target: LinkTarget, on loop: LinkLoop) -> EventLoopFuture<any Channel> {
        let bootstrap = ClientBootstrap(group: loop.eventLoop)
            .connectTimeout(.milliseconds(Int64(limits.connectTimeoutMilliseconds)))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.prepareForLinks(loop)
                    try channel.pipeline.syncOperations.addHandler(LinkConnection.dialling(loop))
                }
            }
        switch target {
        case .endpoint(let endpoint): return bootstrap.connect(to: SocketAddress(endpoint))
        case .host(let host, let port): return bootstrap.connect(host: host, port: Int(port))
        }
    }

    private static func begin(
        _ channel: any Channel, _ target: LinkTarget, _ credential: LinkCredential, _ network: NetworkID?,
        _ completion: @escaping @Sendable (Result<OpenedLink, LinkDialError>) -> Void
    ) {
        let handshake = DiallingHandshake(credential, network: network, host: target.description)
        let opening = LinkOpening(handshake, origin: .dialled(target)) { result in
            completion(result.mapError { .handshake(target, $0) })
        }
        if let connection = try? channel.pipeline.syncOperations.handler(type: LinkConnection.self) {
            connection.begin(opening)
        } else {
            opening.complete(.failure(.connectionLost("closed while connecting")))
        }
    }
}

extension Channel {
    /// What every link's socket is set to; called on its event loop before the first byte.
    func prepareForLinks(_ loop: LinkLoop) throws {
        guard let options = syncOptions else { preconditionFailure("a socket's options can be set on its loop") }
        // Frames are gathered here, so the system need not wait for more.
        try options.setOption(.tcpOption(.tcp_nodelay), value: 1)
        try options.setOption(.maxMessagesPerRead, value: 1)
        try options.setOption(.recvAllocator, value: LinkReceiveAllocator(memory: loop.receiveMemory))
        try options.setOption(
            .writeBufferWaterMark,
            value: .init(low: LinkLimits.writableLowMark, high: LinkLimits.writableHighMark))
    }
}
