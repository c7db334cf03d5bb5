import CSodium

/// Argon2id (RFC 9106), version 1.3, one lane.
enum Argon2id {
    /// Fills `key` (at least 16 bytes). Throws `notEnoughMemory`, which is all that can go wrong within ``VaultCost``.
    static func derive(
        _ passphrase: UnsafeRawBufferPointer, salt: Bytes16, cost: VaultCost, into key: UnsafeMutableRawBufferPointer
    ) throws(VaultError) {
        _ = Sodium.ready
        let status = passphrase.withMemoryRebound(to: CChar.self) { passphrase in
            salt.withUnsafeBytes { salt in
                crypto_pwhash_argon2id(
                    key.octets!, UInt64(key.count), passphrase.baseAddress!, UInt64(passphrase.count), salt.octets!,
                    UInt64(cost.passes), cost.memoryKibibytes * 1_024, crypto_pwhash_argon2id_ALG_ARGON2ID13)
            }
        }
        guard status == 0 else { throw .notEnoughMemory(kibibytes: cost.memoryKibibytes) }
    }
}
