import MeshCrypto
@testable import MeshTransport
import NIOCore
import NIOPosix

/// A plain TCP connection for saying to a listener what no dialler would say.
final class RawPeer: @unchecked Sendable {
    // Sendable: used by one test at a time.
    private let channel: any Channel
    private var chunks: AsyncStream<ByteBuffer>.Iterator
    private var input = ByteBuffer()
    /// The link's ciphers after ``handshake(_:)``.
    private(set) var transport: NoiseTransport?

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let continuation: AsyncStream<ByteBuffer>.Continuation
        init(_ continuation: AsyncStream<ByteBuffer>.Continuation) { self.continuation = continuation }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) { continuation.yield(unwrapInboundIn(data)) }
        func channelInactive(context: ChannelHandlerContext) { continuation.finish() }
        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    init(port: UInt16, reads: Bool = true) async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        chunks = stream.makeAsyncIterator()
        channel = try await ClientBootstrap(group: Meeting.group)
            .channelOption(.autoRead, value: reads)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: Int(port)).get()
    }

    /// The other end may be gone already; that shows when reading.
    func write(_ bytes: ByteBuffer) async { try? await channel.writeAndFlush(bytes) }
    func write(_ bytes: [UInt8]) async { await write(ByteBuffer(bytes: bytes)) }
    func write(_ text: String) async { await write(ByteBuffer(string: text)) }
    func close() async { try? await channel.close() }
    func stopReading() async throws { try await channel.setOption(.autoRead, value: false).get() }

    /// What comes next, nil when the other end has closed.
    func read() async -> ByteBuffer? {
        if input.readableBytes > 0 {
            defer { input = ByteBuffer() }
            return input
        }
        return await chunks.next(isolation: nil)
    }

    /// Everything until the other end closes.
    func readToEnd() async -> ByteBuffer {
        var all = ByteBuffer()
        while var chunk = await read() { all.writeBuffer(&chunk) }
        return all
    }

    /// Does the dialler's part up to the open link.
    func handshake(_ handshake: DiallingHandshake) async throws {
        var output = ByteBuffer()
        handshake.start(into: &output)
        while transport == nil {
            await write(output)
            output = ByteBuffer()
            guard var chunk = await chunks.next(isolation: nil) else { throw ChannelError.eof }
            input.writeBuffer(&chunk)
            transport = try handshake.advance(&input, into: &output)?.transport
        }
        await write(output)
    }

    /// A WebSocket frame with a proper mask around any bytes.
    static func frame(_ first: UInt8, _ payload: [UInt8], masked: Bool = true) -> [UInt8] {
        var bytes: [UInt8] = [first]
        let maskBit: UInt8 = masked ? 0x80 : 0
        switch payload.count {
        case ...125: bytes.append(UInt8(payload.count) | maskBit)
        case ...65_535: bytes += [126 | maskBit, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default:
            bytes.append(127 | maskBit)
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        guard masked else { return bytes + payload }
        let mask: [UInt8] = [1, 2, 3, 4]
        return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 & 3] }
    }

    /// A link message with that plaintext.
    func message(_ plaintext: [UInt8]) throws -> [UInt8] {
        var bytes = plaintext + [UInt8](repeating: 0, count: NoiseTransport.tagBytes)
        _ = try bytes.withUnsafeMutableBytes { try transport!.encrypt($0, plaintextCount: plaintext.count) }
        return Self.frame(0x82, bytes)
    }
}
