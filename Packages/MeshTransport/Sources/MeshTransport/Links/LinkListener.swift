public import MeshCrypto
public import MeshRing
public import NIOCore
import NIOPosix

/// Accepts links for one node on one or more addresses.
///
/// The network's parameters are fixed from the start: a node that joins takes them from the link that it dialled
/// (``OpenedLink/parameters``) before it listens itself.
public final class LinkListener: Sendable {
    /// Where it listens, with the ports that the system chose.
    public let addresses: [SocketAddress]
    private let channels: [any Channel]
    private let admission: LinkAdmission

    private init(_ channels: [any Channel], _ admission: LinkAdmission) {
        self.channels = channels
        self.admission = admission
        addresses = channels.compactMap(\.localAddress)
    }

    /// Connections accepted and not gone yet: all of them, and those whose handshake isn't done.
    public var connections: (all: Int, inHandshake: Int) {
        let current = admission.current
        return (current.links, current.handshakes)
    }

    /// Listens on all of the addresses or on none.
    ///
    /// An IPv6 address takes IPv6 only, so that both wildcards can be listened on side by side. When no more files can
    /// be opened, accepting pauses for a second and goes on.
    /// - Parameter onAcceptFailure: hears in words why connections can't be taken for now; once a second at most.
    public static func bind(
        _ hub: LinkHub, to addresses: [SocketAddress], as identity: NodeIdentity, parameters: NetworkParameters,
        onAcceptFailure: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws(LinkListenError) -> LinkListener {
        let admission = LinkAdmission(limits: hub.limits, countsPrefixes: !parameters.laboratory)
        var channels: [any Channel] = []
        for address in addresses {
            do {
                channels.append(try await channel(hub, address, admission, identity, parameters, onAcceptFailure))
            } catch {
                for channel in channels { try? await channel.close() }
                throw .cannotListen(address, NetworkErrorText.of(error))
            }
        }
        return LinkListener(channels, admission)
    }

    /// Takes no more connections; open links stay.
    public func close() async {
        for channel in channels { try? await channel.close() }
    }

    private static func channel(
        _ hub: LinkHub, _ address: SocketAddress, _ admission: LinkAdmission, _ identity: NodeIdentity,
        _ parameters: NetworkParameters, _ onAcceptFailure: @escaping @Sendable (String) -> Void
    ) async throws -> any Channel {
        var bootstrap = ServerBootstrap(group: hub.group)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: acceptsPerTurn)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        AcceptBackoffHandler(), AcceptFailureHandler(report: onAcceptFailure))
                }
            }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let loop = hub.loop(of: channel.eventLoop)
                    try channel.prepareForLinks(loop)
                    let connection = accept(channel, loop, admission, identity, parameters)
                    try channel.pipeline.syncOperations.addHandler(connection)
                }
            }
        if case .v6 = address {
            let only = ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only)
            bootstrap = bootstrap.serverChannelOption(only, value: 1)
        }
        return try await bootstrap.bind(to: address).get()
    }

    private static func accept(
        _ channel: any Channel, _ loop: LinkLoop, _ admission: LinkAdmission, _ identity: NodeIdentity,
        _ parameters: NetworkParameters
    ) -> LinkConnection {
        do {
            let place = try LinkPlace(admission, for: channel.remoteAddress)
            let handshake = ListeningHandshake(identity, parameters: parameters)
            return .accepted(loop, place: place, opening: LinkOpening(handshake, origin: .accepted))
        } catch { return .refused(loop, error) }
    }

    /// Connections accepted in one turn of the loop: some, so that a burst costs few turns, and not so many that open
    /// links wait a millisecond for them.
    private static let acceptsPerTurn: UInt = 16
    /// Connections that the system has made and this process hasn't accepted yet: a burst of as many as may be in
    /// their handshake. (The system cuts it to its own limit, 4,096 by default.)
    private static let backlog: Int32 = 1_024
}

/// Why a listener can't listen.
public enum LinkListenError: Error, Sendable, CustomStringConvertible {
    /// The system refuses that address; with its reason.
    case cannotListen(SocketAddress, String)

    /// Which address, and what to look at.
    public var description: String {
        switch self {
        case .cannotListen(let address, let detail):
            "can't listen on \(address): \(detail); is another process there, or is the address not this machine's?"
        }
    }
}

/// Stands behind the one that pauses accepting, and passes on why.
private final class AcceptFailureHandler: ChannelInboundHandler, Sendable {
    typealias InboundIn = any Channel
    private let report: @Sendable (String) -> Void

    init(report: @escaping @Sendable (String) -> Void) { self.report = report }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { report(NetworkErrorText.of(error)) }
}
