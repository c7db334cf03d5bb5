import NIOCore

extension LinkConnection {
    /// Closes after everything that waits has been written, within ``LinkLimits/drainingTimeoutMilliseconds``:
    /// WebSocket close frame, end of the output, and then up to ``LinkLimits/closingTimeoutMilliseconds`` for the other
    /// end to close as well. Closing at once would make the system throw away what the other end hasn't read yet.
    func close(_ reason: LinkCloseReason, code: WebSocketCloseCode) {
        switch state {
        case .open:
            closeReason = reason
            seal()
            var output = ByteBuffer()
            writer.append(close: code, mask: .random(in: .min ... .max), to: &output)
            enterClosing(output, within: drainingTimeout(reason))
        case .handshaking: failHandshake(.shutdown)
        case .waiting, .refused, .closing, .closed: break
        }
    }

    /// Writes the last bytes and ends the output; what still comes in is dropped.
    func enterClosing(_ output: ByteBuffer, within timeout: UInt64) {
        // Sealing may have found the peer too slow and given it up.
        if case .closed = state { return }
        state = .closing(deadline: loop.now + timeout)
        partial = nil
        writeAndFlush(output)
        context?.close(mode: .output, promise: nil)
    }

    private func drainingTimeout(_ reason: LinkCloseReason) -> UInt64 {
        reason == .shutdown ? loop.limits.closingTimeoutMilliseconds : loop.limits.drainingTimeoutMilliseconds
    }

    /// Everything is written: from now on only the other end's close is waited for.
    func outputHasEnded() {
        guard case .closing(let deadline) = state else { return }
        state = .closing(deadline: min(deadline, loop.now + loop.limits.closingTimeoutMilliseconds))
    }

    /// Closes without a word: nobody would read it.
    func abort(_ reason: LinkCloseReason) {
        guard case .open = state else { return }
        closeReason = reason
        state = .closing(deadline: loop.now)
        context?.close(promise: nil)
    }

    /// The connection is gone, or never came about.
    func finish() {
        let last = state
        if case .closed = last { return }
        state = .closed
        partial = nil
        transport = nil
        outbox = LinkOutbox()
        place?.leave()
        place = nil
        if case .handshaking(let opening) = last { report(lossInHandshake, opening) }
        guard let handle else { return }
        if wasOpened {
            let reason = closeReason ?? .closedByPeer(code: nil)
            loop.counters.linkClosed(reason)
            loop.handler?.linkClosed(handle, reason: reason)
            loop.scheduleTurnEnd()
        }
        loop.unregister(handle)
    }

    private var lossInHandshake: LinkHandshakeError {
        if case .connectionLost(let detail) = closeReason { return .connectionLost(detail) }
        return .closedByPeer(code: nil)
    }
}
