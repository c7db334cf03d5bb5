import Foundation
import MeshCrypto

@testable import MeshTerminal

/// A home in a directory of its own, which goes with this value.
final class TestHome {
    let home: Home
    let identity: UserIdentity
    private(set) var account: Account

    init(_ identity: UserIdentity = .generate()) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "mesh-terminal-\(UUID())").path
        home = Home(path: path)
        self.identity = identity
        try home.create()
        account = try Account.create(identity, in: home, passphrase: nil, cost: .minimal)
    }

    deinit { try? FileManager.default.removeItem(atPath: home.path) }

    var id: UserID { identity.id }

    /// Opens the same home again, as another process would.
    func reopened() throws -> Account {
        try Account.open(home, passphrases: PassphraseSource { _ in nil })
    }
}

/// A directory that goes with this value.
final class TemporaryDirectory {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "mesh-terminal-\(UUID())").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }
}
