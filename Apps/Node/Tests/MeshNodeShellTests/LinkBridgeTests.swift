import Logging
import MeshCrypto
import MeshNode
import MeshRing
import MeshWire
import NIOCore
import NIOPosix
import Testing

@testable import MeshNodeShell
@testable import MeshTransport

@Suite struct LinkBridgeTests {
    private let mailbox = EngineMailbox<NodeEvent>()
    private let bridge: LinkBridge
    private let handle = LinkHandle(loop: 1, slot: 0, generation: 1)

    init() {
        bridge = LinkBridge(
            group: Self.group, mailbox: mailbox, logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() })
    }

    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)

    private func open(
        _ peer: MeshTransport.LinkPeer, _ origin: LinkOrigin = .accepted, from address: SocketAddress? = nil
    ) {
        bridge.linkOpened(
            OpenedLink(
                handle: handle, peer: peer, origin: origin, remoteAddress: address, parameters: LonelyNode.parameters,
                version: 1))
    }

    private func turn() -> [NodeEvent] {
        bridge.linkTurnEnded(loop: 1)
        guard mailbox.depth > 0 else { return [] }
        var batch = EngineMailbox<NodeEvent>.Batch()
        mailbox.take(into: &batch, until: 0)
        return batch.events
    }

    private func bytes(_ frames: [Frame]) -> ByteBuffer {
        var buffer = ByteBuffer()
        for frame in frames { frame.write(into: &buffer) }
        return buffer
    }

    @Test("link bridge, several calls in one turn, one batch in order")
    func order() {
        open(.guest)
        bridge.linkReceived(handle, frames: bytes([.ping(1), .ping(2)]))
        bridge.linkClosed(handle, reason: .closedHere)
        #expect(mailbox.depth == 0)
        let events = turn()
        #expect(events.count == 3)
        let id = LinkID(handle)
        guard case .engine(.linkOpened(id, .guest)) = events[0],
            case .engine(.frames(id, [.ping(1), .ping(2)])) = events[1], case .engine(.linkClosed(id)) = events[2]
        else {
            Issue.record("\(events)")
            return
        }
    }

    @Test("link bridge, junk behind good frames, the good ones and the error")
    func junk() {
        open(.guest)
        var input = bytes([.ping(1)])
        input.writeBytes([0x7e, 0, 0, 0])
        bridge.linkReceived(handle, frames: input)
        let events = turn()
        guard events.count == 3, case .engine(.frames(_, [.ping(1)])) = events[1],
            case .engine(.malformed(_, .unknownType(0x7e))) = events[2]
        else {
            Issue.record("\(events)")
            return
        }
    }

    @Test("link bridge, engine far behind, one marker behind what waits; none further until it has been there")
    func overload() {
        open(.guest)
        for _ in 0..<LinkBridge.waitingEvents { mailbox.post(.engine(.tick)) }
        bridge.linkTurnEnded(loop: 1)
        bridge.linkReceived(handle, frames: bytes([.ping(1)]))
        let events = turn()
        #expect(events.count == LinkBridge.waitingEvents + 3)
        let markers = events.indices.filter { if case .caughtUp(loop: 1) = events[$0] { true } else { false } }
        #expect(markers == [LinkBridge.waitingEvents + 1])
    }

    @Test("link bridge, node dialled by name, the address it answered at is proven")
    func dialledByName() throws {
        let node = NodeIdentity.generate().id
        let address = try SocketAddress(ipAddress: "::ffff:10.1.2.3", port: 4000)
        open(.node(node), .dialled(.host("node.example.org", port: 4000)), from: address)
        guard case .engine(.linkOpened(_, .node(node, let dialled)))? = turn().first else {
            Issue.record("no link")
            return
        }
        #expect(dialled == (try Endpoint(text: "10.1.2.3:4000")))
    }

    @Test("link bridge, node that dialled, proves no address")
    func accepted() throws {
        let node = NodeIdentity.generate().id
        open(.node(node), .accepted, from: try SocketAddress(ipAddress: "10.1.2.3", port: 5))
        guard case .engine(.linkOpened(_, .node(node, nil)))? = turn().first else {
            Issue.record("no link")
            return
        }
    }
}
