import Logging
import MeshNode
import MeshRing
import MeshTransport
import MeshWire
import NIOConcurrencyHelpers
import NIOCore

/// The links at the engine's side: what they bring goes into the mailbox, one batch for each turn of an event loop.
///
/// Frames are decoded here, on the event loops, so that the engine's thread sees values. Where that thread falls behind,
/// the loops stop reading, and the peers' sockets fill up: what waits for the engine stays bounded.
final class LinkBridge: LinkHandler {
    /// What belongs to one event loop, and is touched on it alone.
    private final class Loop: @unchecked Sendable {
        // Without the run-time check of exclusive access, which one thread needs not.
        @exclusivity(unchecked) var events: [NodeEvent] = []
        @exclusivity(unchecked) var isPaused = false
    }

    /// Events that may wait for the engine before a loop stops reading: some 10 ms of its work, and with each of them
    /// full of the largest messages 256 MiB.
    static let waitingEvents = 4_096

    private let loops: [Loop]
    private let eventLoops: [any EventLoop]
    private let hub = NIOLockedValueBox<LinkHub?>(nil)
    private let mailbox: EngineMailbox<NodeEvent>
    private let logger: Logger
    private let violations = LogLimiter()

    /// - Parameter group: that of the hub.
    init(group: any EventLoopGroup, mailbox: EngineMailbox<NodeEvent>, logger: Logger) {
        eventLoops = Array(group.makeIterator())
        loops = eventLoops.map { _ in Loop() }
        self.mailbox = mailbox
        self.logger = logger
    }

    func linkOpened(_ link: OpenedLink) {
        loops[link.handle.loop].events.append(.engine(.linkOpened(LinkID(link.handle), Self.peer(of: link))))
    }

    func linkReceived(_ handle: LinkHandle, frames: ByteBuffer) {
        let (loop, id) = (loops[handle.loop], LinkID(handle))
        var decoder = FrameDecoder(frames)
        var whole: [Frame] = []
        var fault: FrameError?
        do throws(FrameError) {
            while let (frame, _) = try decoder.next() { whole.append(frame) }
        } catch {
            fault = error
        }
        if !whole.isEmpty { loop.events.append(.engine(.frames(id, whole))) }
        if let fault { loop.events.append(.engine(.malformed(id, fault))) }
    }

    func linkClosed(_ handle: LinkHandle, reason: LinkCloseReason) {
        loops[handle.loop].events.append(.engine(.linkClosed(LinkID(handle))))
        guard reason.isViolation else {
            return logger.debug("a link has ended: \(reason)", metadata: ["event": "link_closed"])
        }
        violations.log(logger, "a peer broke the protocol and lost its link: \(reason)", ["event": "violation"])
    }

    func linkRefused(from address: SocketAddress?, error: LinkHandshakeError) {
        logger.debug(
            "no link came of a connection: \(error)",
            metadata: ["event": "link_refused", "from": "\(address.map(String.init(describing:)) ?? "unknown")"])
    }

    func linkTurnEnded(loop index: Int) {
        let loop = loops[index]
        mailbox.post(emptying: &loop.events)
        guard !loop.isPaused, mailbox.depth >= Self.waitingEvents else { return }
        // Behind all that waits now; when the engine comes to it, the loop reads again.
        loop.isPaused = mailbox.post(.caughtUp(loop: index))
        if loop.isPaused { pauseReading(index) }
    }

    /// The engine has caught up with what waited when the loop stopped reading.
    func resumeReading(loop index: Int, _ hub: LinkHub) {
        eventLoops[index].execute {
            self.loops[index].isPaused = false
            hub.resumeReading(loop: index)
        }
    }

    private func pauseReading(_ index: Int) {
        let hub = hub.withLockedValue { $0 }
        hub?.pauseReading(loop: index)
    }

    /// Tells which hub these links are of; it can't be known before, since the hub is made with its handler.
    func attach(to hub: LinkHub) { self.hub.withLockedValue { $0 = hub } }

    /// Lets go of the hub, which holds on to its handler.
    func detach() { hub.withLockedValue { $0 = nil } }

    /// A link that was dialled by name has proven the address that the name led to.
    private static func peer(of link: OpenedLink) -> Peer {
        switch link.peer {
        case .user(let user): return .user(user)
        case .guest: return .guest
        case .node(let node):
            guard case .dialled(let target) = link.origin else { return .node(node, dialled: nil) }
            return .node(node, dialled: target.endpoint(reachedAt: link.remoteAddress))
        }
    }
}

extension LinkTarget {
    /// The endpoint that was dialled; for a name the address at its other end.
    func endpoint(reachedAt address: SocketAddress?) -> Endpoint? {
        switch self {
        case .endpoint(let endpoint): endpoint
        case .host(_, let port):
            address.flatMap(PlacementAddress.init(_:)).flatMap { Endpoint(address: $0.unmapped, port: port) }
        }
    }
}
