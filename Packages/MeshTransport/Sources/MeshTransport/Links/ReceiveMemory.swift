import NIOCore

/// The receive buffer that all links of one event loop share.
///
/// SwiftNIO keeps a receive buffer with each channel, 2 to 64 KiB; over ten thousand idle links that would be most of
/// their memory. A link copies what it reads while unmasking it, so the buffer is free again when the read is done.
final class ReceiveMemory: @unchecked Sendable {
    // Sendable: touched on its event loop only.
    @exclusivity(unchecked) private var spare: ByteBuffer?

    /// One read takes at most this much: a whole link message, or many small ones.
    static let readBytes = 64 * 1_024
    /// The first read of a channel: its buffer stays with the channel for good, see ``LinkReceiveAllocator``. A
    /// dialler's request has some 210 bytes.
    static let firstReadBytes = 256

    func take(_ allocator: ByteBufferAllocator) -> ByteBuffer {
        guard var buffer = spare.take() else { return allocator.buffer(capacity: Self.readBytes) }
        buffer.clear()
        return buffer
    }

    /// Gives the buffer of a read back. The caller of the read still holds it as well, until the read returns; so it
    /// is cleared only when it is taken again.
    func put(_ buffer: ByteBuffer) {
        guard buffer.storageCapacity >= Self.readBytes else { return }
        spare = buffer
    }
}

/// Lends a channel its loop's ``ReceiveMemory`` for each read.
///
/// SwiftNIO holds on to the first buffer that an allocator gives for a channel, and to no other as long as the
/// allocator names no size, says that buffers may grow, and the channel reads once a turn (`maxMessagesPerRead` 1).
/// So the first one is small.
struct LinkReceiveAllocator: RecvByteBufferAllocator {
    let memory: ReceiveMemory
    private var hasRead = false

    init(memory: ReceiveMemory) {
        self.memory = memory
    }

    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        hasRead ? memory.take(allocator) : allocator.buffer(capacity: ReceiveMemory.firstReadBytes)
    }

    mutating func record(actualReadBytes: Int) -> Bool {
        hasRead = true
        return true
    }
}
