import MeshCrypto
import MeshWire
import NIOCore

extension LinkConnection {
    func receive(_ buffer: ByteBuffer) {
        switch state {
        case .handshaking(let opening): receiveHandshake(buffer, opening)
        case .open: receiveMessages(buffer)
        case .waiting, .refused, .closing, .closed: break
        }
    }

    /// Takes all whole WebSocket frames and keeps the rest. The plaintexts of all messages of one read are written one
    /// behind the other into one buffer of the right size, which the handler gets: one allocation for each read,
    /// and the socket's own buffer is free at once.
    func receiveMessages(_ buffer: ByteBuffer) {
        var input = buffer
        var plaintext = ByteBuffer()
        var failure: LinkCloseReason?
        do {
            try completePartial(from: &input, into: &plaintext)
            while case .open = state, let header = try completeHeader(input) {
                try take(header, from: &input, into: &plaintext)
            }
            if input.readableBytes > 0, partial == nil { partial = copy(input) }
        } catch { failure = error }
        if plaintext.readableBytes > 0 { deliver(plaintext) }
        if let failure { close(failure, code: failure.closeCode) }
    }

    private func deliver(_ plaintext: ByteBuffer) {
        guard let handle else { return }
        loop.handler?.linkReceived(handle, frames: plaintext)
        loop.scheduleTurnEnd()
    }

    /// A copy of its own size: the input is the loop's shared receive memory.
    private func copy(_ input: ByteBuffer) -> ByteBuffer? {
        guard case .open = state, let context else { return nil }
        var copy = context.channel.allocator.buffer(capacity: input.readableBytes)
        copy.writeImmutableBuffer(input)
        return copy
    }
}

// Frames.
extension LinkConnection {
    private var sender: WebSocketEnd { writer.end == .client ? .server : .client }

    private func header(_ input: ByteBuffer) throws(LinkCloseReason) -> WebSocketHeader? {
        do {
            return try input.withUnsafeReadableBytes { bytes throws(WebSocketViolation) in
                try WebSocketHeader.read(bytes, from: sender, limit: WireLimits.noiseMessage)
            }
        } catch { throw .webSocket(error) }
    }

    /// The head of the next frame if the whole frame is there.
    private func completeHeader(_ input: ByteBuffer) throws(LinkCloseReason) -> WebSocketHeader? {
        guard let header = try header(input), input.readableBytes >= header.frameCount else { return nil }
        return header
    }

    /// Adds to the frame whose start came earlier, and to no other.
    private func completePartial(
        from input: inout ByteBuffer, into plaintext: inout ByteBuffer
    ) throws(LinkCloseReason) {
        guard var frame = partial.take() else { return }
        var known = try header(frame)
        while known == nil, let byte = input.readInteger(as: UInt8.self) {
            frame.writeInteger(byte)
            known = try header(frame)
        }
        if let header = known {
            let missing = header.frameCount - frame.readableBytes
            if var part = input.readSlice(length: min(missing, input.readableBytes)) { frame.writeBuffer(&part) }
            if frame.readableBytes == header.frameCount {
                reserve(header.payloadCount + input.readableBytes, in: &plaintext)
                return try take(header, from: &frame, into: &plaintext)
            }
        }
        partial = frame
    }

    /// Takes one frame that is there as a whole.
    private func take(
        _ header: WebSocketHeader, from input: inout ByteBuffer, into plaintext: inout ByteBuffer
    ) throws(LinkCloseReason) {
        lastHeard = loop.now
        pingsSent = 0
        input.moveReaderIndex(forwardBy: header.headerCount)
        if header.kind == .binary {
            reserve(input.readableBytes, in: &plaintext)
            try decrypt(header, input, into: &plaintext)
            input.moveReaderIndex(forwardBy: header.payloadCount)
        } else {
            var payload = input.readBytes(length: header.payloadCount) ?? []
            if let mask = header.mask { payload.withUnsafeMutableBytes { WebSocketMask.apply(mask, to: $0) } }
            try takeControl(header.kind, payload)
        }
    }

    private func reserve(_ count: Int, in plaintext: inout ByteBuffer) {
        guard plaintext.capacity == 0 else { return }
        plaintext = ByteBufferAllocator().buffer(capacity: count)
    }

    private func takeControl(_ kind: WebSocketKind, _ payload: [UInt8]) throws(LinkCloseReason) {
        switch kind {
        case .ping: send(control: .pong, payload: payload)
        case .close:
            let code: UInt16?
            do { code = try WebSocketCloseCode.read(payload) } catch { throw .webSocket(error) }
            throw .closedByPeer(code: code)
        case .pong, .binary: break
        }
    }

    /// Unmasks a message on its way into the plaintext buffer and decrypts it there.
    private func decrypt(
        _ header: WebSocketHeader, _ input: ByteBuffer, into plaintext: inout ByteBuffer
    ) throws(LinkCloseReason) {
        guard let transport else { preconditionFailure("an open link has ciphers") }
        let count = header.payloadCount
        try input.withUnsafeReadableBytes { source throws(LinkCloseReason) in
            _ = try plaintext.writeWithUnsafeMutableBytes(minimumWritableBytes: count) {
                target throws(LinkCloseReason) in
                let message = UnsafeMutableRawBufferPointer(rebasing: target[..<count])
                let source = UnsafeRawBufferPointer(rebasing: source[..<count])
                if let mask = header.mask {
                    WebSocketMask.copy(source, to: message, applying: mask)
                } else {
                    message.copyMemory(from: source)
                }
                return try Self.decrypt(message, transport)
            }
        }
    }

    private static func decrypt(
        _ message: UnsafeMutableRawBufferPointer, _ transport: NoiseTransport
    ) throws(LinkCloseReason) -> Int {
        let count: Int
        do { count = try transport.decrypt(message) } catch { throw .cipher(error) }
        do {
            try LinkFramingError.check(UnsafeRawBufferPointer(rebasing: message[..<count]))
        } catch { throw .frames(error) }
        return count
    }
}

extension LinkCloseReason {
    /// What the other end is told.
    fileprivate var closeCode: WebSocketCloseCode {
        switch self {
        case .webSocket(let violation): WebSocketCloseCode(violation)
        case .closedByPeer: .normal
        default: .protocolError
        }
    }
}
