import NIOCore

extension LinkConnection {
    /// Adds whole frames to what the next flush writes. Dropped if the link isn't open any more.
    func append(_ frames: ByteBuffer) {
        frames.withUnsafeReadableBytes { append($0) }
    }

    /// Adds whole frames to what the next flush writes, which comes in this turn if they are urgent. Dropped if the
    /// link isn't open any more.
    func append(_ frames: UnsafeRawBufferPointer, isUrgent: Bool = true) {
        guard case .open = state, frames.count > 0 else { return }
        if outbox.isFull(adding: frames.count) { seal() }
        outbox.append(frames)
        if isUrgent {
            markDirty()
        } else if !isDirty, !isUnhurried {
            isUnhurried = true
            loop.markUnhurried(self)
        }
    }

    /// Writes what was gathered, once a turn.
    func flush() {
        isDirty = false
        isUnhurried = false
        seal()
        context?.flush()
    }

    /// Sends a control frame with the next flush.
    func send(control kind: WebSocketKind, payload: [UInt8]) {
        guard let context else { return }
        var frame = context.channel.allocator.buffer(capacity: WebSocketWriter.longestHeader + payload.count)
        writer.append(control: kind, payload: payload, mask: .random(in: .min ... .max), to: &frame)
        context.write(wrapOutboundOut(frame), promise: nil)
        checkOutbound()
        markDirty()
        loop.scheduleTurnEnd()
    }

    func writeAndFlush(_ output: ByteBuffer) {
        guard output.readableBytes > 0 else { return }
        context?.writeAndFlush(wrapOutboundOut(output), promise: nil)
    }

    private func markDirty() {
        guard !isDirty else { return }
        isDirty = true
        loop.markDirty(self)
    }

    /// Encrypts and writes what was gathered.
    func seal() {
        guard let transport, let context else { return }
        do {
            guard let message = try outbox.seal(transport, writer) else { return }
            context.write(wrapOutboundOut(message), promise: nil)
            checkOutbound()
        } catch { abort(.cipher(error)) }
    }

    /// What waits is looked at only while it is above the writable mark.
    private func checkOutbound() {
        guard !isWritable, let context else { return }
        context.flush()
        guard !context.channel.isWritable, let options = context.channel.syncOptions,
            let waiting = try? options.getOption(.bufferedWritableBytes), waiting > outboundLimit
        else { return }
        abort(.outboundOverflow(waiting: waiting, allowed: outboundLimit))
    }
}
