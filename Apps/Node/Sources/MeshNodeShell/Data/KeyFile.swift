import MeshCrypto

// The node's identity in a vault without passphrase: nobody is there to type one when a service starts.
extension DataDirectory {
    /// Nil where there is no key yet.
    func loadIdentity() throws(DataDirectoryError) -> NodeIdentity? {
        let vault: Vault
        do {
            vault = try VaultFile(path: keyFile).load(passphrase: nil)
        } catch .missing {
            return nil
        } catch {
            throw Self.error(error, file: keyFile)
        }
        guard let identity = vault.nodeIdentity() else {
            throw .damaged(file: keyFile, reason: "it holds no node's identity", remedy: Self.keyRemedy)
        }
        return identity
    }

    /// Makes the node's identity and keeps it. Fails if there is one.
    func makeIdentity() throws(DataDirectoryError) -> NodeIdentity {
        let identity = NodeIdentity.generate()
        var vault = Vault()
        do throws(VaultError) { try vault.add(identity) } catch { preconditionFailure("no label is short: \(error)") }
        do throws(VaultFileError) {
            try VaultFile(path: keyFile).create(vault, passphrase: nil)
        } catch {
            throw Self.error(error, file: keyFile)
        }
        return identity
    }

    private static func error(_ error: VaultFileError, file: String) -> DataDirectoryError {
        switch error {
        case .system(let call, let path, let code, _): .file(FileError(verb: call, path: path, errno: code))
        case .vault(.passphraseNeeded, _):
            .damaged(
                file: file, reason: "it is protected by a passphrase", remedy: "a node's key has none; \(keyRemedy)")
        case .vault(let reason, _): .damaged(file: file, reason: reason.description, remedy: keyRemedy)
        case .missing, .exists, .notAFile, .accessibleByOthers:
            .damaged(file: file, reason: error.description, remedy: keyRemedy)
        }
    }

    private static let keyRemedy =
        "put it back from a backup; without it this node can't go on, and to begin as a new one, name another --data-dir"
}
