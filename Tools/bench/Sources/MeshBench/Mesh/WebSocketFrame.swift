/// What a link needs of WebSocket (RFC 6455): whole binary messages, masked towards the server.
enum WebSocketFrame {
    /// The longest head of a masked message of up to 65,535 bytes.
    static let longestHeader = 8
    static let binary: UInt8 = 2
    static let ping: UInt8 = 9

    /// A message of the server's.
    struct Incoming {
        let opcode: UInt8
        /// Where its payload lies in the bytes.
        let payload: Range<Int>
    }

    /// The message at the beginning of the bytes; nil if it isn't there as a whole.
    static func read(_ bytes: UnsafeMutableRawBufferPointer, from start: Int) -> Incoming? {
        guard bytes.count - start >= 4 else { return nil }
        let short = Int(bytes[start + 1] & 0x7f)
        let isLong = short == 126
        let count = isLong ? Int(bytes[start + 2]) << 8 | Int(bytes[start + 3]) : short
        let first = start + (isLong ? 4 : 2)
        guard bytes.count - first >= count else { return nil }
        return Incoming(opcode: bytes[start] & 15, payload: first..<(first + count))
    }

    /// Masks what lies behind ``longestHeader`` bytes of room and writes the head in front of it.
    /// - Returns: where the frame begins.
    static func seal(_ frame: UnsafeMutableRawBufferPointer, opcode: UInt8 = binary) -> Int {
        let count = frame.count - longestHeader
        let start = count > 125 ? 0 : 2
        frame[start] = 0x80 | opcode
        if count > 125 {
            frame[start + 1] = 0x80 | 126
            frame[start + 2] = UInt8(count >> 8)
            frame[start + 3] = UInt8(count & 255)
        } else {
            frame[start + 1] = 0x80 | UInt8(count)
        }
        // The last bytes of ciphertext are as good as any random number (see MeshTransport's WebSocketMask).
        let key = count >= 4 ? frame.loadUnaligned(fromByteOffset: frame.count - 4, as: UInt32.self) : 0
        frame.storeBytes(of: key, toByteOffset: longestHeader - 4, as: UInt32.self)
        mask(UnsafeMutableRawBufferPointer(rebasing: frame[longestHeader...]), key)
        return start
    }

    private static func mask(_ bytes: UnsafeMutableRawBufferPointer, _ key: UInt32) {
        let wide = UInt64(key) << 32 | UInt64(key)
        let words = bytes.count / 8
        for word in 0..<words {
            let value = bytes.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)
            bytes.storeBytes(of: value ^ wide, toByteOffset: word * 8, as: UInt64.self)
        }
        for index in (words * 8)..<bytes.count {
            bytes[index] ^= UInt8(truncatingIfNeeded: key >> UInt32(8 * (index & 3)))
        }
    }
}
