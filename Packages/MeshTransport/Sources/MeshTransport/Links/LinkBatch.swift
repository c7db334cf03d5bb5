public import MeshWire
public import NIOCore

/// What one thread has to say to many links, gathered without a lock and handed over at once with
/// ``LinkHub/submit(_:)``.
///
/// Frames are written one after the other into one buffer for each event loop, so gathering allocates nothing for a
/// single message. Each piece given to ``append(to:_:)`` or ``append(_:to:)`` holds whole frames and at most
/// `WireLimits.message` bytes, and is never split; order is kept for each link.
public struct LinkBatch: Sendable {
    struct LoopPart: Sendable {
        var commands: [LinkCommand] = []
        var frames = ByteBuffer()

        /// Empties it and keeps its memory for the next, as far as that isn't more than most batches need.
        mutating func clear() {
            commands.removeAll(keepingCapacity: true)
            if frames.capacity <= LinkLimits.keptBatchBytes { frames.clear() } else { frames = ByteBuffer() }
        }
    }

    var parts: [LoopPart]

    init(loopCount: Int) {
        parts = Array(repeating: LoopPart(), count: loopCount)
    }

    /// Whether nothing was gathered.
    public var isEmpty: Bool { parts.allSatisfy(\.commands.isEmpty) }

    /// Lets the closure write whole frames for one link.
    /// - Parameter isUrgent: false for what nobody waits for: it goes with the next that is urgent, or after
    ///   ``LinkLimits/unhurriedMilliseconds``. A system call for each small answer costs more than the answer.
    public mutating func append(
        to handle: LinkHandle, isUrgent: Bool = true, _ write: (inout ByteBuffer) -> Void
    ) {
        let start = parts[handle.loop].frames.writerIndex
        write(&parts[handle.loop].frames)
        let count = parts[handle.loop].frames.writerIndex - start
        precondition(count <= WireLimits.message, "a piece of \(count) bytes doesn't fit into one link message")
        guard count > 0 else { return }
        parts[handle.loop].commands.append(.write(handle, offset: start, count: count, isUrgent: isUrgent))
    }

    /// Adds a frame for one link; see ``append(to:isUrgent:_:)``.
    public mutating func append(_ frame: Frame, to handle: LinkHandle, isUrgent: Bool = true) {
        append(to: handle, isUrgent: isUrgent) { frame.write(into: &$0) }
    }

    /// Adds whole frames that lie in a buffer already; they are not copied here.
    public mutating func append(_ frames: ByteBuffer, to handle: LinkHandle) {
        let count = frames.readableBytes
        precondition(count <= WireLimits.message, "a piece of \(count) bytes doesn't fit into one link message")
        guard count > 0 else { return }
        parts[handle.loop].commands.append(.send(handle, frames))
    }

    /// Closes a link after all that was gathered for it so far has been written.
    public mutating func close(_ handle: LinkHandle) {
        parts[handle.loop].commands.append(.close(handle))
    }
}

/// One thing to do for one link.
enum LinkCommand: Sendable {
    /// Send frames that lie in the batch's own buffer.
    case write(LinkHandle, offset: Int, count: Int, isUrgent: Bool)
    /// Send frames.
    case send(LinkHandle, ByteBuffer)
    /// Write out what waits, then close.
    case close(LinkHandle)
}
