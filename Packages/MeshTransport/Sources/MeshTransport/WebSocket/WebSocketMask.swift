/// Masking (RFC 6455, 5.3): each byte XOR the key's byte at its position modulo four.
///
/// A masking key must be unpredictable for whoever chooses the payload, so that caches on the way can't be led to see
/// a request in it. What a link sends is ciphertext under a key that only its two ends know, so its own last four
/// bytes (of the authentication tag; of the throwaway public key in the first message) serve as key: no random number
/// to draw for each message.
enum WebSocketMask {
    /// The key for a message: its last four bytes, first byte lowest. Messages have at least 16 bytes.
    static func key(for message: UnsafeRawBufferPointer) -> UInt32 {
        message.loadUnaligned(fromByteOffset: message.count - 4, as: UInt32.self).littleEndian
    }

    /// Applies the key to all bytes, in place.
    static func apply(_ key: UInt32, to bytes: UnsafeMutableRawBufferPointer) {
        copy(UnsafeRawBufferPointer(bytes), to: bytes, applying: key)
    }

    /// Copies with the key applied; the target has room for all of it, and may be the source's own memory.
    static func copy(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer, applying key: UInt32) {
        precondition(target.count >= source.count, "no room to unmask into")
        let wide = (UInt64(key) << 32 | UInt64(key)).littleEndian
        let words = source.count / 8
        for word in 0..<words {
            let value = source.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)
            target.storeBytes(of: value ^ wide, toByteOffset: word * 8, as: UInt64.self)
        }
        for index in (words * 8)..<source.count {
            target[index] = source[index] ^ UInt8(truncatingIfNeeded: key >> UInt32(8 * (index & 3)))
        }
    }
}
