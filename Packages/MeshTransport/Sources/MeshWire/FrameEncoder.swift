import MeshCrypto
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
        case .recall(let recall): recall.write(into: &buffer)
        case .recalled(let recalled): recalled.write(into: &buffer)
        case .contents(let contents): contents.write(into: &buffer)
        case .contentsPage(let page): page.write(into: &buffer)
        case .fetchThese(let request), .receiptsOf(let request): request.write(into: &buffer)
        case .receipt(let receipt): buffer.writeBytes(receipt.encoded)
        case .forward(let forward): forward.write(into: &buffer)
        case .forwarded(let forwarded): forwarded.write(into: &buffer)
        case .replicate(let replicate): replicate.write(into: &buffer)
        case .replicated(let answer), .removeDone(let answer): answer.write(into: &buffer)
        case .remove(let remove): remove.write(into: &buffer)
        case .compare(let compare): compare.write(into: &buffer)
        case .differ(let differ): differ.write(into: &buffer)
        case .offer(let offer): offer.write(into: &buffer)
        case .wanted(let wanted): wanted.write(into: &buffer)
        }
    }
}
