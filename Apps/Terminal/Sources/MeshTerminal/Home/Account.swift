import Glibc
import MeshChatStore
import MeshCrypto

/// An opened account: who it is, and everything it keeps.
struct Account: Sendable {
    let home: Home
    let identity: UserIdentity
    let store: ChatStore

    /// Label of the storage key in the vault.
    private static let historyLabel = "chat history"

    /// Opens the account of a home.
    static func open(_ home: Home, passphrases: PassphraseSource) throws(TerminalFailure) -> Account {
        let vault = try vault(of: home, passphrases: passphrases)
        let identity = try identity(in: vault, home)
        guard let key = vault.storageKey(label: historyLabel) else {
            throw TerminalFailure(.data, "\(home.vault) holds no key for the history; restore it from a copy")
        }
        return Account(home: home, identity: identity, store: try store(home, key))
    }

    /// Reads the identity alone.
    static func identity(of home: Home, passphrases: PassphraseSource) throws(TerminalFailure) -> UserIdentity {
        try identity(in: try vault(of: home, passphrases: passphrases), home)
    }

    /// Makes an account of an identity. There is none in the home before.
    /// - Parameters:
    ///   - passphrase: protects the vault; nil for none.
    ///   - cost: the work of opening the vault.
    static func create(
        _ identity: UserIdentity, in home: Home, passphrase: SecretBytes?, cost: VaultCost = .recommended
    ) throws(TerminalFailure) -> Account {
        // A history without its vault can't be read any more, and a new key would not fit it.
        if access(home.vault, F_OK) != 0, access(home.database, F_OK) == 0 {
            throw TerminalFailure(
                .cantCreate, "\(home.database) is there, but the vault with its key is not",
                hint: "put the vault back, or move the file away")
        }
        let key = StorageKey.generate()
        var vault = Vault()
        do {
            try vault.add(identity)
            try vault.add(key, label: historyLabel)
        } catch { throw TerminalFailure(.software, "\(error)") }
        do { try VaultFile(path: home.vault).create(vault, passphrase: passphrase, cost: cost) } catch {
            throw TerminalFailure(error, home: home)
        }
        return Account(home: home, identity: identity, store: try store(home, key))
    }

    private static func vault(of home: Home, passphrases: PassphraseSource) throws(TerminalFailure) -> Vault {
        let file = VaultFile(path: home.vault)
        do throws(VaultFileError) {
            guard try file.protection() == .passphrase else { return try file.load(passphrase: nil) }
        } catch { throw TerminalFailure(error, home: home) }
        let passphrase = try passphrases.passphrase(for: home)
        do { return try file.load(passphrase: passphrase) } catch { throw TerminalFailure(error, home: home) }
    }

    private static func identity(in vault: Vault, _ home: Home) throws(TerminalFailure) -> UserIdentity {
        guard let identity = vault.userIdentity() else {
            throw TerminalFailure(.data, "\(home.vault) holds no identity; restore it from a copy")
        }
        return identity
    }

    private static func store(_ home: Home, _ key: StorageKey) throws(TerminalFailure) -> ChatStore {
        do { return try ChatStore.open(at: home.database, key: key) } catch { throw TerminalFailure(error) }
    }
}
