import Foundation
import Testing

@testable import MeshCrypto

@Suite("Vault file")
final class VaultFileTests {
    let directory: String
    let file: VaultFile
    let passphrase = SecretBytes(utf8: "x")

    init() throws {
        directory = NSTemporaryDirectory() + "mesh-vault-" + Bytes16.random().hex
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        file = VaultFile(path: directory + "/vault")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    private func vault(_ byte: UInt8) throws -> Vault {
        var vault = Vault()
        try vault.add(UserIdentity(repeating: byte))
        return vault
    }

    private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: directory) }

    private func setMode(_ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    }

    @Test("a created vault is read back, for its owner alone, with nothing left beside it")
    func create() throws {
        try file.create(vault(1), passphrase: passphrase, cost: .minimal)
        #expect(try file.load(passphrase: passphrase) == vault(1))
        #expect(try file.protection() == .passphrase)
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try names() == ["vault"])
    }

    @Test("creating where a file is changes nothing")
    func createTwice() throws {
        try file.create(vault(1), passphrase: nil)
        #expect(throws: VaultFileError.exists(path: file.path)) { try file.create(vault(2), passphrase: nil) }
        #expect(try file.load(passphrase: nil) == vault(1))
        #expect(try names() == ["vault"])
    }

    @Test("replacing puts the new vault in place of the old, or where none was")
    func replace() throws {
        try file.replace(with: vault(1), passphrase: nil)
        try file.replace(with: vault(2), passphrase: passphrase, cost: .minimal)
        #expect(try file.load(passphrase: passphrase) == vault(2))
        #expect(try names() == ["vault"])
    }

    @Test("a vault that can't be written leaves the old one and nothing beside it")
    func failedReplace() throws {
        try file.replace(with: vault(1), passphrase: nil)
        #expect(throws: VaultFileError.vault(.emptyPassphrase, path: file.path)) {
            try file.replace(with: vault(2), passphrase: SecretBytes(utf8: ""))
        }
        #expect(try file.load(passphrase: nil) == vault(1))
        let directoryItself = VaultFile(path: directory)
        #expect(throws: VaultFileError.self) { try directoryItself.replace(with: vault(2), passphrase: nil) }
        #expect(try names() == ["vault"])
    }

    @Test("what is missing, no file, or in a missing directory is named")
    func missing() throws {
        #expect(throws: VaultFileError.missing(path: file.path)) { try file.load(passphrase: nil) }
        #expect(throws: VaultFileError.notAFile(path: directory)) {
            try VaultFile(path: directory).load(passphrase: nil)
        }
        let nowhere = VaultFile(path: directory + "/no/vault")
        #expect(throws: VaultFileError.self) { try nowhere.create(vault(1), passphrase: nil) }
        #expect(mkfifo(directory + "/pipe", 0o600) == 0)
        #expect(throws: VaultFileError.notAFile(path: directory + "/pipe")) {
            try VaultFile(path: directory + "/pipe").load(passphrase: nil)
        }
    }

    @Test("a file that others may use is refused by name", arguments: [0o604, 0o640, 0o620, 0o602, 0o666, 0o601])
    func accessible(mode: Int) throws {
        try file.create(vault(1), passphrase: nil)
        try setMode(mode)
        #expect(throws: VaultFileError.accessibleByOthers(path: file.path, mode: UInt32(mode))) {
            try file.load(passphrase: nil)
        }
        try setMode(0o400)
        #expect(try file.load(passphrase: nil) == vault(1))
    }

    @Test("a damaged, foreign or oversized file is refused with its path")
    func refused() throws {
        try Data("hello".utf8).write(to: URL(fileURLWithPath: file.path))
        try setMode(0o600)
        #expect(throws: VaultFileError.vault(.notAVault, path: file.path)) { try file.load(passphrase: nil) }
        try Data(count: Vault.maximumBytes + 1).write(to: URL(fileURLWithPath: file.path))
        try setMode(0o600)
        #expect(throws: VaultFileError.vault(.tooLarge(got: 1_048_577, allowed: 1_048_576), path: file.path)) {
            try file.load(passphrase: nil)
        }
    }

    @Test("the directory of a path is found, also of a bare name and of a name at the root")
    func directories() {
        for (path, directory) in [("vault", "."), ("/vault", "/"), ("a/b/vault", "a/b"), ("/a/vault", "/a")] {
            #expect(PrivateFile(path: path).directory == directory)
        }
    }

    @Test("errors say what happened and what to do")
    func errorsSpeak() {
        let error = VaultFileError.accessibleByOthers(path: "/v", mode: 0o640)
        #expect("\(error)" == "others may use /v (mode 640); chmod 600 it, and think of who read it")
    }
}
