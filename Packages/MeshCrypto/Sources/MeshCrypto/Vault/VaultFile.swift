/// A vault on disk: whole or not there, whatever happens while it is written, and for its owner alone.
public struct VaultFile: Sendable {
    /// Where the file is.
    public let path: String

    /// Names a file; nothing is touched.
    public init(path: String) {
        self.path = path
    }

    /// Reads and opens the vault. Refuses a file that others than its owner may read or write.
    public func load(passphrase: SecretBytes?) throws(VaultFileError) -> Vault {
        let bytes = try PrivateFile(path: path).read(maximumBytes: Vault.maximumBytes)
        do throws(VaultError) { return try Vault.decode(bytes, passphrase: passphrase) } catch {
            throw .vault(error, path: path)
        }
    }

    /// Whether a passphrase is needed, without opening the vault.
    public func protection() throws(VaultFileError) -> Vault.Protection {
        let bytes = try PrivateFile(path: path).read(maximumBytes: Vault.maximumBytes)
        do throws(VaultError) { return try Vault.protection(of: bytes) } catch { throw .vault(error, path: path) }
    }

    /// Writes a vault where there is no file yet; on return it is on stable storage. Throws `exists`, changing nothing,
    /// if there is one, even if another process made it just now.
    public func create(
        _ vault: Vault, passphrase: SecretBytes?, cost: VaultCost = .recommended
    ) throws(VaultFileError) {
        try PrivateFile(path: path).write(encoded(vault, passphrase, cost), replacing: false)
    }

    /// Writes a vault in place of the one that is there, if any; on return it is on stable storage. A crash leaves the
    /// old one or the new one.
    public func replace(
        with vault: Vault, passphrase: SecretBytes?, cost: VaultCost = .recommended
    ) throws(VaultFileError) {
        try PrivateFile(path: path).write(encoded(vault, passphrase, cost), replacing: true)
    }

    private func encoded(
        _ vault: Vault, _ passphrase: SecretBytes?, _ cost: VaultCost
    ) throws(VaultFileError) -> [UInt8] {
        do throws(VaultError) { return try vault.encode(passphrase: passphrase, cost: cost) } catch {
            throw .vault(error, path: path)
        }
    }
}
