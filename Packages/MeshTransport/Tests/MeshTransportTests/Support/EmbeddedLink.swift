import MeshCrypto
import MeshRing
@testable import MeshTransport
import NIOCore
import NIOEmbedded

/// An accepted link without a socket, and the ciphers of its peer.
final class EmbeddedLink {
    private let channel = EmbeddedChannel()
    private let connection: LinkConnection
    private let peer: NoiseTransport
    let recorder = Recorder()

    init() throws {
        let pair = try HandshakePair()
        let loop = LinkLoop(
            index: 0, eventLoop: channel.embeddedEventLoop, limits: LinkLimits(), counters: LinkCounters(),
            handler: recorder)
        let place = try LinkPlace(LinkAdmission(limits: LinkLimits(), countsPrefixes: false), for: nil)
        connection = .accepted(loop, place: place, opening: LinkOpening(pair.listener, origin: .accepted))
        try channel.pipeline.syncOperations.addHandler(connection)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        peer = try Self.handshake(channel, pair.dialler)
    }

    private static func handshake(_ channel: EmbeddedChannel, _ dialler: DiallingHandshake) throws -> NoiseTransport {
        var output = ByteBuffer()
        var input = ByteBuffer()
        dialler.start(into: &output)
        while true {
            try channel.writeInbound(output)
            output = ByteBuffer()
            while var sent = try channel.readOutbound(as: ByteBuffer.self) { input.writeBuffer(&sent) }
            if let link = try dialler.advance(&input, into: &output) {
                try channel.writeInbound(output)
                return link.transport
            }
        }
    }

    /// What the peer would send for one frame of that payload.
    func peersMessage(payload count: Int) throws -> [UInt8] {
        let frame = Array(Frames.frame(payload: count).readableBytesView)
        var bytes = frame + [UInt8](repeating: 0, count: NoiseTransport.tagBytes)
        _ = try bytes.withUnsafeMutableBytes { try peer.encrypt($0, plaintextCount: frame.count) }
        return RawPeer.frame(0x82, bytes)
    }

    func receive(_ bytes: [UInt8]) {
        guard channel.isActive else { return }
        _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
    }

    /// Bytes of an incomplete frame that the link holds.
    var partialBytes: Int { connection.partial?.readableBytes ?? 0 }

    func end() {
        _ = try? channel.finish(acceptAlreadyClosed: true)
        _ = try? channel.close().wait()
    }
}
