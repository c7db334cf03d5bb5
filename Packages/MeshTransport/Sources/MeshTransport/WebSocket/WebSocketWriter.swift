import NIOCore

/// Writes WebSocket frames.
struct WebSocketWriter {
    let end: WebSocketEnd

    /// The longest head in front of a link message: two bytes, a 16-bit length, a masking key.
    static let longestHeader = 8

    /// A head's bytes for a payload of up to 65,535 bytes.
    func headerCount(payload count: Int) -> Int {
        (count > 125 ? 4 : 2) + (end == .client ? 4 : 0)
    }

    /// Writes a head so that it ends at `payloadStart`, over space that was left free there.
    /// - Returns: where it begins.
    func writeHeader(
        _ kind: WebSocketKind, payload count: Int, mask: UInt32, before payloadStart: Int, in buffer: inout ByteBuffer
    ) -> Int {
        let start = payloadStart - headerCount(payload: count)
        let maskBit: UInt8 = end == .client ? 0x80 : 0
        buffer.setInteger(kind.rawValue | 0x80, at: start)
        if count > 125 {
            buffer.setInteger(126 | maskBit, at: start + 1)
            buffer.setInteger(UInt16(count), at: start + 2)
        } else {
            buffer.setInteger(UInt8(count) | maskBit, at: start + 1)
        }
        if end == .client { buffer.setInteger(mask, at: payloadStart - 4, endianness: .little) }
        return start
    }

    /// Appends a whole message that is ciphertext or a throwaway key, at least 16 bytes of it.
    func append(message: some Sequence<UInt8>, to buffer: inout ByteBuffer) {
        var frame = ByteBuffer(repeating: 0, count: Self.longestHeader)
        let count = frame.writeBytes(message)
        let mask = frame.withUnsafeReadableBytes { WebSocketMask.key(for: $0) }
        let start = writeHeader(.binary, payload: count, mask: mask, before: Self.longestHeader, in: &frame)
        applyMask(mask, to: &frame, at: Self.longestHeader)
        frame.moveReaderIndex(to: start)
        buffer.writeBuffer(&frame)
    }

    /// Appends a control frame with up to 125 bytes of payload.
    /// - Parameter mask: drawn anew for each, because a pong's payload is the peer's choice.
    func append(control kind: WebSocketKind, payload: some Collection<UInt8>, mask: UInt32, to buffer: inout ByteBuffer)
    {
        precondition(kind != .binary && payload.count <= WebSocketKind.controlBytes, "no control frame")
        buffer.writeInteger(kind.rawValue | 0x80)
        buffer.writeInteger(UInt8(payload.count) | (end == .client ? 0x80 : 0))
        if end == .client { buffer.writeInteger(mask, endianness: .little) }
        let start = buffer.writerIndex
        buffer.writeBytes(payload)
        applyMask(mask, to: &buffer, at: start)
    }

    /// Appends a close frame.
    func append(close code: WebSocketCloseCode, mask: UInt32, to buffer: inout ByteBuffer) {
        let payload = [UInt8(code.rawValue >> 8), UInt8(code.rawValue & 255)]
        append(control: .close, payload: payload, mask: mask, to: &buffer)
    }

    /// Masks what lies in the buffer from `start` on, if this end masks.
    func applyMask(_ mask: UInt32, to buffer: inout ByteBuffer, at start: Int) {
        guard end == .client else { return }
        let skipped = start - buffer.readerIndex
        buffer.withUnsafeMutableReadableBytes { bytes in
            WebSocketMask.apply(mask, to: UnsafeMutableRawBufferPointer(rebasing: bytes[skipped...]))
        }
    }
}
