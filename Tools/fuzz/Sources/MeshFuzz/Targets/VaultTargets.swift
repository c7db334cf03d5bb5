import MeshCrypto

/// What programs keep on disk, and the text that replaces a lost vault.
enum VaultTargets {
    static let all = [files, intactFiles, contents, records, recoveryStrings]

    /// Whole files. A changed one must be told from an intact one by its checksum, before anything costs much.
    static let files = FuzzTarget("vaults") {
        [try sample(protected: true), try sample(protected: false)]
    } check: { input throws(FuzzFinding) in
        guard (try? Vault.protection(of: input)) != nil else { return .refused }
        let originals = [try? sample(protected: true), try? sample(protected: false)]
        try FuzzFinding.require(originals.contains(input), "a changed vault passes for intact")
        return .accepted
    }

    /// Files below a checksum that fits: made by another version, or on purpose.
    static let intactFiles = FuzzTarget("vault-fields") {
        [try sample(protected: true), try sample(protected: false)].map { Array($0.dropLast(Bytes32.byteCount)) }
    } check: { input throws(FuzzFinding) in
        let file = checksummed(input)
        let isProtected = (try? Vault.protection(of: file)) == .passphrase
        guard let vault = try? Vault.decode(file, passphrase: nil) else { return isProtected ? .accepted : .refused }
        return try check(vault)
    }

    /// Contents under a header and a checksum that fit.
    static let contents = FuzzTarget("vault-contents") {
        let file = try sample(protected: false)
        return [Array(file[headerBytes..<(file.count - Bytes32.byteCount)])]
    } check: { input throws(FuzzFinding) in
        guard let file = try? sample(protected: false) else { throw FuzzFinding("an empty vault can't be written") }
        let count = withUnsafeBytes(of: UInt32(input.count).bigEndian) { Array($0) }
        let header = Array(file[..<(headerBytes - count.count)]) + count
        guard let vault = try? Vault.decode(checksummed(header + input), passphrase: nil) else { return .refused }
        return try check(vault)
    }

    /// Sealed records of a history.
    static let records = FuzzTarget("stored-records") {
        [key.seal([1, 2, 3], associated: [4], nonce: Bytes24()), key.seal([], associated: [4], nonce: Bytes24())]
    } check: { input throws(FuzzFinding) in
        guard let plain = try? key.open(input, associated: [4]) else { return .refused }
        try FuzzFinding.require(
            key.seal(plain, associated: [4], nonce: Bytes24()) == input, "a changed record opens")
        return .accepted
    }

    /// What people type from paper, with and without a checksum that fits: the first byte chooses.
    static let recoveryStrings = FuzzTarget("recovery-strings", cost: 4) {
        [[0] + Array(RecoveryString.text(of: Samples.alice).utf8), [1] + [UInt8](repeating: 1, count: 32)]
    } check: { input throws(FuzzFinding) in
        guard let choice = input.first else { return .refused }
        let text =
            choice.isMultiple(of: 2)
            ? String(decoding: input[1...], as: UTF8.self)
            : Bech32m.encode(prefix: RecoveryString.prefix, bytes: input[1...].prefix(maximumSeedBytes))
        guard let identity = try? RecoveryString.identity(from: text) else { return .refused }
        let again = RecoveryString.text(of: identity)
        try FuzzFinding.require(
            again == text.filter { !$0.isWhitespace }.lowercased(), "a recovery string is taken as another")
        return .accepted
    }

    private static let headerBytes = 64
    /// What a text of 90 characters holds besides the prefix, a separator and the checksum: 73 letters of 5 bits.
    private static let maximumSeedBytes = 45
    private static let key = StorageKey(Samples.seed(3))

    private static func sample(protected: Bool) throws -> [UInt8] {
        var vault = Vault()
        try vault.add(Samples.alice, label: "alice")
        try vault.add(key)
        return try vault.encode(
            passphrase: protected ? Samples.seed(4) : nil, cost: .minimal, salt: Samples.bytes16(1), nonce: Bytes24())
    }

    private static func checksummed(_ bytes: [UInt8]) -> [UInt8] {
        bytes + Hash.blake2b32(context: "mesh vault checksum 1", bytes).bytes
    }

    private static func check(_ vault: Vault) throws(FuzzFinding) -> FuzzTarget.Verdict {
        guard let file = try? vault.encode(passphrase: nil), let again = try? Vault.decode(file, passphrase: nil) else {
            throw FuzzFinding("a vault can't be written and read again")
        }
        try FuzzFinding.require(again == vault, "a vault changes when it is written again")
        return .accepted
    }
}
