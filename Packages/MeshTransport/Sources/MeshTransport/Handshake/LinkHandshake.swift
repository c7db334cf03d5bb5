import MeshCrypto
import MeshRing
import NIOCore

/// One end's way from a connection to a link: HTTP upgrade, then Noise. Bytes in, bytes out; it owns no socket and no
/// clock. The two ends: ``DiallingHandshake``, ``ListeningHandshake``.
protocol LinkHandshake: AnyObject {
    /// What this end says first.
    func start(into output: inout ByteBuffer)

    /// Takes from the input what is complete, and appends what this end answers.
    /// - Returns: the link once it stands; what is left in the input then belongs to it.
    func advance(
        _ input: inout ByteBuffer, into output: inout ByteBuffer
    ) throws(LinkHandshakeError) -> EstablishedLink?

    /// What the other end is told after an error.
    func farewell(_ error: LinkHandshakeError, into output: inout ByteBuffer)
}

/// What a handshake ends with.
struct EstablishedLink {
    let transport: NoiseTransport
    let peer: LinkPeer
    let parameters: NetworkParameters
    let version: UInt8
}

/// Handshake messages inside WebSocket frames.
struct HandshakeMessages {
    let writer: WebSocketWriter
    /// Who sends what comes in.
    private var sender: WebSocketEnd { writer.end == .client ? .server : .client }

    init(end: WebSocketEnd) {
        writer = WebSocketWriter(end: end)
    }

    /// The next binary message, nil if it isn't complete. Pings and pongs are passed over: a handshake is short.
    func next(from input: inout ByteBuffer) throws(LinkHandshakeError) -> [UInt8]? {
        while let (kind, payload) = try frame(from: &input) {
            switch kind {
            case .binary: return payload
            case .close: throw .closedByPeer(code: try closeCode(payload))
            case .ping, .pong: continue
            }
        }
        return nil
    }

    private func frame(from input: inout ByteBuffer) throws(LinkHandshakeError) -> (WebSocketKind, [UInt8])? {
        do {
            let limit = LinkLimits.handshakeMessageBytes
            let header = try input.withUnsafeReadableBytes { bytes throws(WebSocketViolation) in
                try WebSocketHeader.read(bytes, from: sender, limit: limit)
            }
            guard let header, input.readableBytes >= header.frameCount else { return nil }
            input.moveReaderIndex(forwardBy: header.headerCount)
            var payload = input.readBytes(length: header.payloadCount) ?? []
            if let mask = header.mask { payload.withUnsafeMutableBytes { WebSocketMask.apply(mask, to: $0) } }
            return (header.kind, payload)
        } catch { throw .webSocket(error) }
    }

    private func closeCode(_ payload: [UInt8]) throws(LinkHandshakeError) -> UInt16? {
        do { return try WebSocketCloseCode.read(payload) } catch { throw .webSocket(error) }
    }

    /// Tells the other end that the handshake failed; in one of WebSocket's own codes, which say little.
    func close(_ error: LinkHandshakeError, into output: inout ByteBuffer) {
        let code: WebSocketCloseCode =
            switch error {
            case .webSocket(let violation): WebSocketCloseCode(violation)
            case .wrongNetwork, .wrongNode, .reachedItself, .notANode, .identifier, .foreignKey: .policyViolation
            case .shutdown: .goingAway
            default: .protocolError
            }
        writer.append(close: code, mask: .random(in: .min ... .max), to: &output)
    }
}
