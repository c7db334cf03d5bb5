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

    /// Writes a head in front of a payload that fills the rest of `frame`; ``longestHeader`` bytes are free before it.
    /// - Returns: where the head begins.
    func writeHeader(_ kind: WebSocketKind, mask: UInt32, in frame: UnsafeMutableRawBufferPointer) -> Int {
        let count = frame.count - Self.longestHeader
        let start = Self.longestHeader - headerCount(payload: count)
        let maskBit: UInt8 = end == .client ? 0x80 : 0
        frame[start] = kind.rawValue | 0x80
        if count > 125 {
            frame[start + 1] = 126 | maskBit
            frame.storeBytes(of: UInt16(count).bigEndian, toByteOffset: start + 2, as: UInt16.self)
        } else {
            frame[start + 1] = UInt8(count) | maskBit
        }
        if end == .client {
            frame.storeBytes(of: mask.littleEndian, toByteOffset: Self.longestHeader - 4, as: UInt32.self)
        }
        return start
    }

    /// Masks a message that lies behind ``longestHeader`` free bytes, if this end masks, and writes its head.
    /// - Returns: where the frame begins.
    func finish(_ frame: UnsafeMutableRawBufferPointer) -> Int {
        let message = UnsafeMutableRawBufferPointer(rebasing: frame[Self.longestHeader...])
        let mask = WebSocketMask.key(for: UnsafeRawBufferPointer(message))
        if end == .client { WebSocketMask.apply(mask, to: message) }
        return writeHeader(.binary, mask: mask, in: frame)
    }

    /// Appends a whole message that is ciphertext or a throwaway key, at least 16 bytes of it.
    func append(message: some Sequence<UInt8>, to buffer: inout ByteBuffer) {
        var frame = ByteBuffer(repeating: 0, count: Self.longestHeader)
        frame.writeBytes(message)
        let start = frame.withUnsafeMutableReadableBytes(finish)
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
