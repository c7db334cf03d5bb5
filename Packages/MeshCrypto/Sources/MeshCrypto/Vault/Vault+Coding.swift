import CSodium

extension Vault {
    /// The bytes of a vault's file.
    ///
    /// - Parameters:
    ///   - passphrase: protects the content; nil writes it in the clear, marked as such.
    ///   - cost: the work that each opening takes; without meaning where there is no passphrase.
    ///   - salt: makes equal passphrases unequal; a new one each time.
    ///   - nonce: the cipher's nonce; a new one each time.
    /// - Throws: `emptyPassphrase`, `tooManyEntries`, `tooLarge` or `notEnoughMemory`.
    public func encode(
        passphrase: SecretBytes?, cost: VaultCost = .recommended, salt: Bytes16 = .random(),
        nonce: Bytes24 = .random()
    ) throws(VaultError) -> [UInt8] {
        if passphrase?.count == 0 { throw .emptyPassphrase }
        guard entries.count <= Self.maximumEntries else {
            throw .tooManyEntries(got: entries.count, allowed: Self.maximumEntries)
        }
        let plainCount = VaultContent.byteCount(entries)
        let contentCount = plainCount + (passphrase == nil ? 0 : XChaChaPoly.tagCount)
        let count = VaultHeader.byteCount + contentCount + Bytes32.byteCount
        guard count <= Self.maximumBytes else {
            throw .tooLarge(got: count, allowed: Self.maximumBytes)
        }
        let header =
            if passphrase == nil {
                VaultHeader(
                    protection: .none, cost: nil, salt: Bytes16(), nonce: Bytes24(), contentCount: contentCount)
            } else {
                VaultHeader(
                    protection: .passphrase, cost: cost, salt: salt, nonce: nonce, contentCount: contentCount)
            }
        let key: SecretBytes? = if let passphrase { try Self.key(of: passphrase, cost, salt) } else { nil }
        var file = [UInt8](repeating: 0, count: count)
        file.withUnsafeMutableBytes { write(header, key: key, plainCount: plainCount, to: $0) }
        return file
    }

    private func write(
        _ header: VaultHeader, key: SecretBytes?, plainCount: Int, to file: UnsafeMutableRawBufferPointer
    ) {
        var writer = ByteWriter(file)
        header.write(to: &writer)
        let content = writer.rest
        VaultContent.write(entries, to: &writer)
        if let key {
            key.withUnsafeBytes { key in
                XChaChaPoly.seal(
                    UnsafeRawBufferPointer(rebasing: content[..<plainCount]),
                    into: UnsafeMutableRawBufferPointer(rebasing: content[..<header.contentCount]),
                    associated: UnsafeRawBufferPointer(rebasing: file[..<VaultHeader.byteCount]), nonce: header.nonce,
                    key: key)
            }
        }
        var checksum = ByteWriter(UnsafeMutableRawBufferPointer(rebasing: file.suffix(Bytes32.byteCount)))
        checksum.put(
            Hash.blake2b32(
                context: VaultHeader.checksumContext,
                UnsafeRawBufferPointer(rebasing: file.dropLast(Bytes32.byteCount))))
    }

    /// How a file is protected, without opening it: whether to ask for a passphrase. Throws as ``decode(_:passphrase:)``
    /// does for what isn't an intact vault.
    public static func protection(of file: [UInt8]) throws(VaultError) -> Protection {
        try file.withRawBytes { file throws(VaultError) in try VaultHeader(file: file).protection }
    }

    /// Opens the bytes of a vault's file. Any bytes give a vault or an error; none make it take more memory or time than
    /// ``VaultCost``'s maxima.
    ///
    /// - Parameters:
    ///   - file: the whole file.
    ///   - passphrase: needed if the vault is protected; nil if not, so that nobody is shown an unprotected vault in
    ///     place of the own.
    public static func decode(_ file: [UInt8], passphrase: SecretBytes?) throws(VaultError) -> Vault {
        try file.withRawBytes { file throws(VaultError) in
            let header = try VaultHeader(file: file)
            let content = UnsafeRawBufferPointer(
                rebasing: file.dropFirst(VaultHeader.byteCount).prefix(header.contentCount))
            guard let cost = header.cost else {
                guard passphrase == nil else { throw .notProtected }
                return try vault(of: content)
            }
            guard let passphrase else { throw .passphraseNeeded }
            let plainCount = content.count - XChaChaPoly.tagCount
            guard plainCount > 0 else { throw .damaged(.content) }
            let key = try key(of: passphrase, cost, header.salt)
            let plain = try SecretBytes(count: plainCount) { plain throws(VaultError) in
                let isAuthentic = key.withUnsafeBytes {
                    XChaChaPoly.open(
                        content, into: plain,
                        associated: UnsafeRawBufferPointer(rebasing: file[..<VaultHeader.byteCount]),
                        nonce: header.nonce, key: $0)
                }
                guard isAuthentic else { throw .wrongPassphrase }
            }
            return try plain.withUnsafeBytes { plain throws(VaultError) in try vault(of: plain) }
        }
    }

    private static func vault(of content: UnsafeRawBufferPointer) throws(VaultError) -> Vault {
        guard let entries = VaultContent.read(content) else { throw .damaged(.content) }
        return Vault(entries: entries)
    }

    private static func key(
        of passphrase: SecretBytes, _ cost: VaultCost, _ salt: Bytes16
    ) throws(VaultError) -> SecretBytes {
        try SecretBytes(count: XChaChaPoly.keyCount) { key throws(VaultError) in
            try passphrase.withUnsafeBytes { passphrase throws(VaultError) in
                try Argon2id.derive(passphrase, salt: salt, cost: cost, into: key)
            }
        }
    }
}
