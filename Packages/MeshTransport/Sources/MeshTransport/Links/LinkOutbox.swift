import MeshCrypto
import MeshWire
import NIOCore

/// Gathers frames into the next link message of one link.
///
/// Memory exists only between the first frame and the seal: layout is room for the WebSocket head, plaintext, room
/// for the tag. Frames are copied here once, encrypted in place, and written from here.
struct LinkOutbox {
    private var message: ByteBuffer?
    private static let headerRoom = WebSocketWriter.longestHeader

    /// Bytes of plaintext gathered.
    var gathered: Int { message.map { $0.readableBytes - Self.headerRoom } ?? 0 }

    /// Whether so many more bytes would make the message longer than ``LinkLimits/gatheredBytes``. A piece that alone
    /// is longer goes alone.
    func isFull(adding count: Int) -> Bool {
        let gathered = gathered
        return gathered > 0 && gathered + count > LinkLimits.gatheredBytes
    }

    /// Appends whole frames.
    mutating func append(_ frames: UnsafeRawBufferPointer) {
        var buffer = message.take() ?? Self.begin(reserving: frames.count)
        _ = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: frames.count) { target in
            target.copyMemory(from: frames)
            return frames.count
        }
        message = buffer
    }

    private static let allocator = ByteBufferAllocator()

    /// A buffer whose first bytes are left for the head; what stands there until then is never sent.
    private static func begin(reserving count: Int) -> ByteBuffer {
        var buffer = allocator.buffer(capacity: headerRoom + count + WireLimits.noiseTag)
        buffer.moveWriterIndex(forwardBy: headerRoom)
        return buffer
    }

    /// Encrypts what was gathered and puts the WebSocket head in front; nil if there is nothing.
    mutating func seal(_ transport: NoiseTransport, _ writer: WebSocketWriter) throws(NoiseError) -> ByteBuffer? {
        guard var buffer = message.take() else { return nil }
        let plaintextCount = buffer.readableBytes - Self.headerRoom
        _ = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: WireLimits.noiseTag) { _ in WireLimits.noiseTag }
        let start = try buffer.withUnsafeMutableReadableBytes { frame throws(NoiseError) in
            let message = UnsafeMutableRawBufferPointer(rebasing: frame[Self.headerRoom...])
            _ = try transport.encrypt(message, plaintextCount: plaintextCount)
            return writer.finish(frame)
        }
        buffer.moveReaderIndex(to: start)
        return buffer
    }
}
