/// What stands before a vault's content.
struct VaultHeader {
    static let magic = Array("MESHVLT\n".utf8)
    static let byteCount = 64
    static let checksumContext = "mesh vault checksum 1"

    let protection: Vault.Protection
    /// Nil without a passphrase.
    let cost: VaultCost?
    let salt: Bytes16
    let nonce: Bytes24
    let contentCount: Int

    func write(to writer: inout ByteWriter) {
        writer.put(Self.magic)
        writer.put(Vault.formatVersion)
        writer.put(protection.rawValue)
        writer.put(UInt16(0))
        writer.put(UInt32(cost?.passes ?? 0))
        writer.put(UInt32(cost?.memoryKibibytes ?? 0))
        writer.put(salt)
        writer.put(nonce)
        writer.put(UInt32(contentCount))
    }

    /// The header of a whole file, whose length and checksum are verified with it.
    init(file: UnsafeRawBufferPointer) throws(VaultError) {
        guard file.count <= Vault.maximumBytes else {
            throw .tooLarge(got: file.count, allowed: Vault.maximumBytes)
        }
        var reader = ByteReader(file)
        guard let magic = reader.take(Self.magic.count), magic.elementsEqual(Self.magic) else { throw .notAVault }
        guard let version = reader.integer(UInt8.self) else { throw .damaged(.length) }
        guard version == Vault.formatVersion else {
            throw .unknownVersion(got: version, known: Vault.formatVersion)
        }
        guard file.count >= Self.byteCount + Bytes32.byteCount else { throw .damaged(.length) }
        let covered = UnsafeRawBufferPointer(rebasing: file.dropLast(Bytes32.byteCount))
        let checksum = Bytes32(copying: UnsafeRawBufferPointer(rebasing: file.suffix(Bytes32.byteCount)))
        guard Hash.blake2b32(context: Self.checksumContext, covered) == checksum else { throw .damaged(.checksum) }
        try self.init(afterVersion: &reader)
        guard contentCount == covered.count - Self.byteCount else { throw .damaged(.length) }
    }

    private init(afterVersion reader: inout ByteReader) throws(VaultError) {
        guard let protection = reader.integer(UInt8.self), let zero = reader.integer(UInt16.self),
            let passes = reader.integer(UInt32.self), let memory = reader.integer(UInt32.self),
            let salt = reader.fixed(Bytes16.self), let nonce = reader.fixed(Bytes24.self),
            let contentCount = reader.integer(UInt32.self)
        else { throw .damaged(.length) }
        guard zero == 0, let protection = Vault.Protection(rawValue: protection) else { throw .damaged(.header) }
        switch protection {
        case .passphrase: cost = try VaultCost(passes: Int(passes), memoryKibibytes: Int(memory))
        case .none:
            guard passes == 0, memory == 0, salt == Bytes16(), nonce == Bytes24() else { throw .damaged(.header) }
            cost = nil
        }
        self.protection = protection
        self.salt = salt
        self.nonce = nonce
        self.contentCount = Int(contentCount)
    }

    init(protection: Vault.Protection, cost: VaultCost?, salt: Bytes16, nonce: Bytes24, contentCount: Int) {
        self.protection = protection
        self.cost = cost
        self.salt = salt
        self.nonce = nonce
        self.contentCount = contentCount
    }
}
