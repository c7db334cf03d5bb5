import MeshWire

/// Which end of a WebSocket: it decides who masks (RFC 6455, 5.1).
enum WebSocketEnd {
    /// Dialled; masks what it sends.
    case client
    /// Accepted; never masks.
    case server
}

/// What a link takes of RFC 6455's frames: whole binary messages and control frames.
enum WebSocketKind: UInt8 {
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    /// A control frame's payload (RFC 6455, 5.5).
    static let controlBytes = 125
}

/// The head of a WebSocket frame.
///
/// Fragmented messages are refused: a link message has at most 65,535 bytes and is never worth splitting, and without
/// aggregation there is no second buffer whose bound would need proof.
struct WebSocketHeader: Equatable {
    let kind: WebSocketKind
    /// The masking key as it lies on the wire, first byte lowest; nil when the frame isn't masked.
    let mask: UInt32?
    /// Bytes of the payload.
    let payloadCount: Int
    /// Bytes of this head on the wire.
    let headerCount: Int

    /// Bytes of the whole frame.
    var frameCount: Int { headerCount + payloadCount }

    /// Reads the head of a frame.
    ///
    /// - Parameters:
    ///   - bytes: what has come so far, from the frame's first byte.
    ///   - sender: the end that sent it.
    ///   - limit: the largest payload of a binary message, in bytes.
    /// - Returns: nil if more bytes are needed.
    static func read(
        _ bytes: UnsafeRawBufferPointer, from sender: WebSocketEnd, limit: Int
    ) throws(WebSocketViolation) -> WebSocketHeader? {
        guard bytes.count >= 2 else { return nil }
        let kind = try Self.kind(bytes[0])
        let isMasked = bytes[1] & 0x80 != 0
        guard isMasked == (sender == .client) else { throw isMasked ? .masked : .unmasked }
        guard let (payloadCount, lengthEnd) = try Self.length(bytes, kind: kind) else { return nil }
        let allowed = kind == .binary ? limit : WebSocketKind.controlBytes
        guard payloadCount <= allowed else { throw .tooLong(got: payloadCount, allowed: UInt64(allowed)) }
        let headerCount = lengthEnd + (isMasked ? 4 : 0)
        guard bytes.count >= headerCount else { return nil }
        let mask = isMasked ? bytes.loadUnaligned(fromByteOffset: lengthEnd, as: UInt32.self).littleEndian : nil
        return WebSocketHeader(
            kind: kind, mask: mask, payloadCount: Int(payloadCount), headerCount: headerCount)
    }

    private static func kind(_ byte: UInt8) throws(WebSocketViolation) -> WebSocketKind {
        guard byte & 0x70 == 0 else { throw .reservedBits(byte >> 4 & 7) }
        let isFinal = byte & 0x80 != 0
        switch (byte & 15, isFinal) {
        case (0, _), (2, false), (8...10, false): throw .fragmented
        case (1, _): throw .text
        case (let opcode, _):
            guard let kind = WebSocketKind(rawValue: opcode) else { throw .unknownOpcode(opcode) }
            return kind
        }
    }

    /// The payload's length and where the length field ends; only the shortest form of a length is taken.
    private static func length(
        _ bytes: UnsafeRawBufferPointer, kind: WebSocketKind
    ) throws(WebSocketViolation) -> (UInt64, Int)? {
        switch bytes[1] & 0x7f {
        case 126:
            guard bytes.count >= 4 else { return nil }
            let length = UInt64(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
            guard length > 125 else { throw .lengthNotMinimal(length) }
            return (length, 4)
        case 127:
            guard bytes.count >= 10 else { return nil }
            let length = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt64.self))
            guard length > 65_535 else { throw .lengthNotMinimal(length) }
            return (length, 10)
        case let length:
            return (UInt64(length), 2)
        }
    }
}
