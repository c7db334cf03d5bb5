import NIOCore

extension LinkConnection {
    /// Starts the handshake of a connection that was dialled and has won.
    func begin(_ opening: LinkOpening) {
        guard case .waiting = state, context?.channel.isActive == true else {
            return opening.complete(.failure(.connectionLost(closeReason?.description ?? "closed while connecting")))
        }
        state = .handshaking(opening)
        startHandshake(opening)
        context?.read()
    }

    func startHandshake(_ opening: LinkOpening) {
        handle = loop.register(self)
        lastHeard = loop.now
        opening.deadline = loop.now + loop.limits.handshakeTimeoutMilliseconds
        guard !loop.isShuttingDown else { return failHandshake(.shutdown) }
        var output = ByteBuffer()
        opening.handshake.start(into: &output)
        writeAndFlush(output)
    }

    /// Handshakes are short and rare: what comes is gathered, and whatever is complete is taken from it.
    func receiveHandshake(_ buffer: ByteBuffer, _ opening: LinkOpening) {
        var input = partial.take() ?? ByteBuffer()
        input.writeImmutableBuffer(buffer)
        var output = ByteBuffer()
        do {
            let established = try opening.handshake.advance(&input, into: &output)
            writeAndFlush(output)
            if let established { open(established, opening) }
        } catch {
            writeAndFlush(output)
            return failHandshake(error)
        }
        if input.readableBytes > 0 { keepOrReceive(input) }
    }

    private func keepOrReceive(_ rest: ByteBuffer) {
        switch state {
        case .handshaking:
            var rest = rest
            rest.discardReadBytes()
            partial = rest
        case .open: receiveMessages(rest)
        case .waiting, .refused, .closing, .closed: break
        }
    }

    private func open(_ established: EstablishedLink, _ opening: LinkOpening) {
        guard let handle, let context else { return }
        state = .open
        wasOpened = true
        transport = established.transport
        lastHeard = loop.now
        place?.endHandshake()
        if case .node = established.peer {} else { outboundLimit = loop.limits.clientOutboundBytes }
        loop.counters.linkOpened()
        let opened = OpenedLink(
            handle: handle, peer: established.peer, origin: opening.origin,
            remoteAddress: context.channel.remoteAddress,
            parameters: established.parameters, version: established.version)
        loop.handler?.linkOpened(opened)
        loop.scheduleTurnEnd()
        opening.complete(.success(opened))
    }

    /// Ends a handshake: says why to the other end as far as the protocol allows, and closes.
    func failHandshake(_ error: LinkHandshakeError) {
        guard case .handshaking(let opening) = state else { return }
        var output = ByteBuffer()
        opening.handshake.farewell(error, into: &output)
        enterClosing(output, within: loop.limits.closingTimeoutMilliseconds)
        place?.endHandshake()
        report(error, opening)
    }

    /// Tells a connection for which there is no room so, as far as it listens, and closes it.
    func answer(_ refusal: LinkRefusal) {
        let error = UpgradeRequestError.busy(refusal)
        writeAndFlush(ByteBuffer(string: UpgradeRefusal.encoded(error)))
        loop.counters.linkRefused()
        loop.handler?.linkRefused(from: context?.channel.remoteAddress, error: .request(error))
        loop.scheduleTurnEnd()
        context?.close(promise: nil)
    }

    func report(_ error: LinkHandshakeError, _ opening: LinkOpening) {
        if case .accepted = opening.origin {
            loop.counters.linkRefused()
            loop.handler?.linkRefused(from: context?.channel.remoteAddress, error: error)
            loop.scheduleTurnEnd()
        }
        opening.complete(.failure(error))
    }
}
