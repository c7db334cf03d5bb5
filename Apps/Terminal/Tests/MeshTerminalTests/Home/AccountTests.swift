import Foundation
import MeshCrypto
import Testing

@testable import MeshTerminal

@Suite("Account")
struct AccountTests {
    private func source(_ file: String?) -> PassphraseSource {
        PassphraseSource { $0 == "MESH_PASSPHRASE_FILE" ? file : nil }
    }

    private func protected(_ directory: TemporaryDirectory) throws -> (home: Home, identity: UserIdentity) {
        let home = Home(path: "\(directory.path)/home")
        try home.create()
        let identity = UserIdentity.generate()
        _ = try Account.create(identity, in: home, passphrase: SecretBytes(utf8: "geheim"), cost: .minimal)
        return (home, identity)
    }

    @Test("an account opens as the one that was made, in files for its owner alone")
    func reopened() throws {
        let test = try TestHome()
        #expect(try test.reopened().identity.id == test.id)
        for file in try FileManager.default.contentsOfDirectory(atPath: test.home.path) {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(test.home.path)/\(file)")
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
        }
    }

    @Test("a second account in the same home is refused, and the first stays")
    func twice() throws {
        let test = try TestHome()
        let error = #expect(throws: TerminalFailure.self) {
            try Account.create(.generate(), in: test.home, passphrase: nil, cost: .minimal)
        }
        #expect(error?.status == .cantCreate)
        #expect(try test.reopened().identity.id == test.id)
    }

    @Test("a history without its vault is not taken over by a new account")
    func orphan() throws {
        let test = try TestHome()
        try FileManager.default.removeItem(atPath: test.home.vault)
        let error = #expect(throws: TerminalFailure.self) {
            try Account.create(.generate(), in: test.home, passphrase: nil, cost: .minimal)
        }
        #expect(error?.message.contains("chat.db") == true)
    }

    @Test("no account is 66, with what to do")
    func missing() throws {
        let directory = try TemporaryDirectory()
        let error = #expect(throws: TerminalFailure.self) {
            try Account.open(Home(path: directory.path), passphrases: source(nil))
        }
        #expect(error?.status == .noInput)
        #expect(error?.hint?.contains("account create") == true)
    }

    @Test("the passphrase comes from the named file, with or without a line's end")
    func passphraseFile() throws {
        let directory = try TemporaryDirectory()
        let (home, identity) = try protected(directory)
        for text in ["geheim", "geheim\n", "geheim\r\n"] {
            let file = try directory.write(text, to: "passphrase")
            #expect(try Account.identity(of: home, passphrases: source(file)).id == identity.id)
        }
    }

    @Test("a wrong passphrase is 77 and tells nothing of itself")
    func wrongPassphrase() throws {
        let directory = try TemporaryDirectory()
        let home = try protected(directory).home
        let file = try directory.write("falsch", to: "passphrase")
        let error = #expect(throws: TerminalFailure.self) { try Account.open(home, passphrases: source(file)) }
        #expect(error?.status == .notPermitted)
        #expect(error?.description.contains("falsch") == false)
    }

    @Test("a file for the passphrase that isn't there is 66, an empty one 65")
    func noPassphrase() throws {
        let directory = try TemporaryDirectory()
        let home = try protected(directory).home
        let missing = #expect(throws: TerminalFailure.self) { try source("/nowhere").passphrase(for: home) }
        #expect(missing?.status == .noInput)
        let file = try directory.write("\n", to: "passphrase")
        let empty = #expect(throws: TerminalFailure.self) { try source(file).passphrase(for: home) }
        #expect(empty?.status == .data)
    }

    @Test("a damaged vault is 65, and another error than a wrong passphrase")
    func damaged() throws {
        let test = try TestHome()
        var bytes = try #require(try PrivateFile(path: test.home.vault).read(limit: 10_000))
        bytes[bytes.count / 2] ^= 1
        try PrivateFile(path: test.home.vault).replace(with: bytes)
        let error = #expect(throws: TerminalFailure.self) { try test.reopened() }
        #expect(error?.status == .data)
        #expect(error?.message.contains("damaged") == true)
    }

    @Test("blind typing: keys, correction, an emptied line, and the ends")
    func secretLine() {
        var line = SecretLine()
        for byte in Array("ab\u{e9}".utf8) + [0x7F] { #expect(line.take(byte) == .more) }
        #expect(line.bytes == Array("ab".utf8))
        #expect(line.take(0x15) == .more)
        #expect(line.bytes.isEmpty)
        #expect(line.take(0x04) == .cancelled)
        #expect(line.take(0x03) == .cancelled)
        #expect(line.take(0x0D) == .done)
    }

    @Test("a passphrase over the limit ends the question")
    func longSecretLine() {
        var line = SecretLine()
        for _ in 0..<PassphraseSource.maximumBytes { #expect(line.take(0x61) == .more) }
        #expect(line.take(0x61) == .tooLong)
    }
}
