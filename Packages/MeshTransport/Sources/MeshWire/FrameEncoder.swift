public import NIOCore

extension Frame {
    /// Appends header and payload to a link message.
    ///
    /// What is written is bound by the types' own limits (`WireLimits`); a frame larger than one message would be our
    /// own mistake, not a peer's.
    public func write(into buffer: inout ByteBuffer) {
        let start = buffer.writerIndex
        buffer.writeInteger(UInt32(type.rawValue) << 24)
        writePayload(into: &buffer)
        let length = buffer.writerIndex - start - WireLimits.frameHeader
        precondition(length <= WireLimits.framePayload, "\(type): \(length) bytes do not fit into a frame")
        buffer.setInteger(UInt16(length), at: start + 2)
    }

    /// The frame alone, as one link message.
    public func encoded(allocator: ByteBufferAllocator = ByteBufferAllocator()) -> ByteBuffer {
        var buffer = allocator.buffer(capacity: 64)
        write(into: &buffer)
        return buffer
    }

    private func writePayload(into buffer: inout ByteBuffer) {
        switch self {
        case .hello(let hello): hello.write(into: &buffer)
        case .ping(let nonce), .pong(let nonce): buffer.writeInteger(nonce)
        case .credit(let bytes): buffer.writeInteger(bytes)
        case .goodbye(let goodbye): goodbye.write(into: &buffer)
        case .rosterRequest(let request): request.write(into: &buffer)
        case .rosterPage(let page): page.write(into: &buffer)
        case .records(let entries): buffer.writeEntries(entries) { $1.write(into: &$0) }
        case .digest(let digest): buffer.write(digest)
        case .membership(let message):
            buffer.writeInteger(UInt16(message.readableBytes))
            buffer.writeImmutableBuffer(message)
        case .submit(let submit): submit.write(into: &buffer)
        case .submitted(let submitted): submitted.write(into: &buffer)
        case .fetch(let fetch): fetch.write(into: &buffer)
        case .fetched(let fetched): fetched.write(into: &buffer)
        case .deliver(let deliver): deliver.write(into: &buffer)
        case .acknowledge(let entries): buffer.writeEntries(entries) { $1.write(into: &$0) }
        case .discard(let entries): buffer.writeEntries(entries) { $1.write(into: &$0) }
        case .removed(let entries): buffer.writeEntries(entries) { $1.write(into: &$0) }
        case .ephemeral(let submission): buffer.write(submission)
        case .forward(let forward): forward.write(into: &buffer)
        case .forwarded(let forwarded): forwarded.write(into: &buffer)
        }
    }
}
