import CSodium

/// ChaCha20-Poly1305 as Noise uses it: in place, the nonce a number.
enum ChaChaPoly {
    static let keyCount = 32
    static let tagCount = 16
    /// Noise reserves the last nonce.
    static let nonceLimit = UInt64.max

    /// Encrypts the first `count` bytes of `memory` in place and puts the tag behind them.
    static func encrypt(
        _ memory: UnsafeMutableRawBufferPointer, count: Int, associated: UnsafeRawBufferPointer,
        nonce: UInt64, key: UnsafeRawBufferPointer
    ) {
        precondition(memory.count >= count + tagCount && key.count == keyCount)
        let text = memory.octets!
        withNonce(nonce) { nonce in
            _ = crypto_aead_chacha20poly1305_ietf_encrypt_detached(
                text, text + count, nil, text, UInt64(count),
                associated.octets, UInt64(associated.count), nil, nonce, key.octets!)
        }
    }

    /// Decrypts `memory`, ciphertext and tag, in place; false, and nothing readable left there, if it isn't authentic.
    static func decrypt(
        _ memory: UnsafeMutableRawBufferPointer, associated: UnsafeRawBufferPointer,
        nonce: UInt64, key: UnsafeRawBufferPointer
    ) -> Bool {
        precondition(memory.count >= tagCount && key.count == keyCount)
        let text = memory.octets!
        let count = memory.count - tagCount
        return withNonce(nonce) { nonce in
            crypto_aead_chacha20poly1305_ietf_decrypt_detached(
                text, nil, text, UInt64(count), text + count,
                associated.octets, UInt64(associated.count), nonce, key.octets!) == 0
        }
    }

    /// Four zero bytes, then the number little-endian (Noise, section 12.3).
    private static func withNonce<Result>(_ nonce: UInt64, _ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        let low = UInt32(truncatingIfNeeded: nonce).littleEndian
        let high = UInt32(truncatingIfNeeded: nonce >> 32).littleEndian
        return withUnsafeBytes(of: (UInt32(0), low, high)) { body($0.octets!) }
    }
}
