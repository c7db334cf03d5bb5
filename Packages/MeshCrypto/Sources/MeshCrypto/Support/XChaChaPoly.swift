import CSodium

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha): the cipher of everything that lies somewhere, with random nonces that
/// are carried along.
enum XChaChaPoly {
    static let keyCount = 32
    static let tagCount = 16

    /// Encrypts `plain` into `sealed`, which has `tagCount` bytes more; both may begin at the same address.
    static func seal(
        _ plain: UnsafeRawBufferPointer, into sealed: UnsafeMutableRawBufferPointer,
        associated: UnsafeRawBufferPointer, nonce: Bytes24, key: UnsafeRawBufferPointer
    ) {
        _ = Sodium.ready
        precondition(sealed.count == plain.count + tagCount && key.count == keyCount)
        let out = sealed.octets!
        nonce.withUnsafeBytes { nonce in
            _ = crypto_aead_xchacha20poly1305_ietf_encrypt_detached(
                out, out + plain.count, nil, plain.octets, UInt64(plain.count),
                associated.octets, UInt64(associated.count), nil, nonce.octets!, key.octets!)
        }
    }

    /// Decrypts `sealed`, ciphertext and tag, into `plain`, which has `tagCount` bytes fewer; false, with `plain` zero,
    /// if it isn't authentic.
    static func open(
        _ sealed: UnsafeRawBufferPointer, into plain: UnsafeMutableRawBufferPointer,
        associated: UnsafeRawBufferPointer, nonce: Bytes24, key: UnsafeRawBufferPointer
    ) -> Bool {
        _ = Sodium.ready
        precondition(sealed.count == plain.count + tagCount && key.count == keyCount)
        let text = sealed.octets!
        return nonce.withUnsafeBytes { nonce in
            crypto_aead_xchacha20poly1305_ietf_decrypt_detached(
                plain.octets, nil, text, UInt64(plain.count), text + plain.count,
                associated.octets, UInt64(associated.count), nonce.octets!, key.octets!) == 0
        }
    }
}
