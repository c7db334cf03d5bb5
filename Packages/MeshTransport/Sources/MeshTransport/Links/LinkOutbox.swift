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
    mutating func append(_ frames: UnsafeRawBufferPointer, allocator: ByteBufferAllocator) {
        begin(reserving: frames.count, allocator)
        message?.writeBytes(frames)
    }

    private mutating func begin(reserving count: Int, _ allocator: ByteBufferAllocator) {
        guard message == nil else { return }
        var buffer = allocator.buffer(capacity: Self.headerRoom + count + WireLimits.noiseTag)
        buffer.writeInteger(UInt64(0))
        message = buffer
    }

    /// Encrypts what was gathered and puts the WebSocket head in front; nil if there is nothing.
    mutating func seal(_ transport: NoiseTransport, _ writer: WebSocketWriter) throws(NoiseError) -> ByteBuffer? {
        guard var buffer = message.take() else { return nil }
        let plaintextCount = buffer.readableBytes - Self.headerRoom
        buffer.writeInteger(UInt64(0))
        buffer.writeInteger(UInt64(0))
        let mask = try buffer.withUnsafeMutableReadableBytes { bytes throws(NoiseError) in
            let message = UnsafeMutableRawBufferPointer(rebasing: bytes[Self.headerRoom...])
            _ = try transport.encrypt(message, plaintextCount: plaintextCount)
            let mask = WebSocketMask.key(for: UnsafeRawBufferPointer(message))
            if writer.end == .client { WebSocketMask.apply(mask, to: message) }
            return mask
        }
        let count = plaintextCount + WireLimits.noiseTag
        let start = writer.writeHeader(.binary, payload: count, mask: mask, before: Self.headerRoom, in: &buffer)
        buffer.moveReaderIndex(to: start)
        return buffer
    }
}
