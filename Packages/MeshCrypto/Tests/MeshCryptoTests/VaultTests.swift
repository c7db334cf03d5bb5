import Testing

@testable import MeshCrypto

@Suite("Vault")
struct VaultTests {
    struct File: Decodable {
        var vectors: [Vector]
    }

    struct Vector: Decodable, CustomTestStringConvertible {
        struct Entry: Decodable {
            var kind: UInt16
            var label: String
            var bytes: HexBytes
        }
        var name: String
        var passphrase: String?
        var passes: Int?
        var memoryKibibytes: Int?
        var salt: HexBytes?
        var nonce: HexBytes?
        var file: HexBytes
        var entries: [Entry]
        var testDescription: String { name }

        func vault() throws -> Vault {
            Vault(
                entries: try entries.map { entry in
                    try VaultEntry(
                        kind: .init(rawValue: entry.kind), label: entry.label, bytes: SecretBytes(entry.bytes.bytes))
                })
        }
    }

    let passphrase = SecretBytes(utf8: "correct horse")

    private func sample() throws -> Vault {
        var vault = Vault()
        try vault.add(UserIdentity(repeating: 1), label: "alice")
        try vault.add(StorageKey(SecretBytes([UInt8](repeating: 2, count: 32))))
        return vault
    }

    private func error(_ bytes: [UInt8], _ passphrase: SecretBytes? = nil) -> VaultError? {
        do throws(VaultError) {
            _ = try Vault.decode(bytes, passphrase: passphrase)
            return nil
        } catch { return error }
    }

    @Test(
        "encoding gives the published bytes, decoding their entries",
        arguments: try Vectors.load("vault", as: File.self).vectors)
    func vectors(_ vector: Vector) throws {
        let passphrase = vector.passphrase.map(SecretBytes.init(utf8:))
        let cost = try VaultCost(passes: vector.passes ?? 1, memoryKibibytes: vector.memoryKibibytes ?? 8)
        let encoded = try vector.vault().encode(
            passphrase: passphrase, cost: cost, salt: vector.salt.flatMap { Bytes16($0.bytes) } ?? .random(),
            nonce: vector.nonce.flatMap { Bytes24($0.bytes) } ?? .random())
        #expect(encoded == vector.file.bytes)
        #expect(try Vault.decode(vector.file.bytes, passphrase: passphrase) == vector.vault())
        #expect(try Vault.protection(of: encoded) == (passphrase == nil ? .none : .passphrase))
    }

    @Test("identities and keys come back by kind and label")
    func accessors() throws {
        var vault = try sample()
        let node = NodeIdentity.generate()
        try vault.add(node, label: "n1")
        let opened = try Vault.decode(vault.encode(passphrase: passphrase, cost: .minimal), passphrase: passphrase)
        #expect(opened.userIdentity()?.id == UserIdentity(repeating: 1).id)
        #expect(opened.userIdentity(label: "alice")?.id == UserIdentity(repeating: 1).id)
        #expect(opened.userIdentity(label: "bob") == nil)
        #expect(opened.nodeIdentity(label: "n1")?.id == node.id)
        let record = try #require(vault.storageKey()).seal([1], associated: [])
        #expect(try opened.storageKey()?.open(record, associated: []) == [1])
    }

    @Test("a wrong passphrase, a missing one and a needless one are three different errors")
    func passphrases() throws {
        let protected = try sample().encode(passphrase: passphrase, cost: .minimal)
        #expect(error(protected, SecretBytes(utf8: "wrong horse")) == .wrongPassphrase)
        #expect(error(protected, SecretBytes(utf8: "")) == .wrongPassphrase)
        #expect(error(protected) == .passphraseNeeded)
        #expect(error(protected, passphrase) == nil)
        let open = try sample().encode(passphrase: nil)
        #expect(error(open) == nil)
        #expect(error(open, passphrase) == .notProtected)
        #expect(throws: VaultError.emptyPassphrase) { try sample().encode(passphrase: SecretBytes(utf8: "")) }
    }

    @Test("protected bytes show no secret, and are other bytes each time")
    func hidden() throws {
        let seed = [UInt8](repeating: 1, count: 32)
        let first = try sample().encode(passphrase: passphrase, cost: .minimal)
        #expect(!first.contains(seed) && !first.contains(Array("alice".utf8)))
        #expect(try sample().encode(passphrase: passphrase, cost: .minimal) != first)
        #expect(try sample().encode(passphrase: nil).contains(seed))
    }

    @Test("any flipped bit is called damage, never a wrong passphrase")
    func flippedBits() throws {
        let file = try sample().encode(passphrase: passphrase, cost: .minimal)
        for bit in 0..<file.count * 8 {
            var flipped = file
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            let expected: VaultError =
                switch bit / 8 {
                case 0..<8: .notAVault
                case 8: .unknownVersion(got: flipped[8], known: 1)
                default: .damaged(.checksum)
                }
            #expect(error(flipped, passphrase) == expected)
        }
    }

    @Test("a file cut short anywhere is damaged, or no vault at all")
    func truncated() throws {
        let file = try sample().encode(passphrase: passphrase, cost: .minimal)
        for count in 0..<file.count {
            let expected: VaultError =
                count < 8 ? .notAVault : .damaged(count < VaultHeader.byteCount + 32 ? .length : .checksum)
            #expect(error(Array(file[..<count]), passphrase) == expected)
        }
        #expect(
            error([UInt8](repeating: 0, count: Vault.maximumBytes + 1)) == .tooLarge(got: 1_048_577, allowed: 1_048_576)
        )
    }

    @Test("labels and entries over their limits are refused with both numbers")
    func limits() throws {
        #expect(throws: VaultError.labelTooLong(got: 256, allowed: 255)) {
            try VaultEntry(
                kind: .userIdentity, label: String(repeating: "é", count: 128), bytes: SecretBytes(randomCount: 32))
        }
        #expect(throws: VaultError.wrongEntryLength(got: 31, allowed: 32...32)) {
            try VaultEntry(kind: .storageKey, label: "", bytes: SecretBytes(randomCount: 31))
        }
        let other = VaultEntry.Kind(rawValue: 9_000)
        #expect(throws: VaultError.wrongEntryLength(got: 0, allowed: 1...65_536)) {
            try VaultEntry(kind: other, label: "", bytes: SecretBytes(utf8: ""))
        }
        let large = try VaultEntry(kind: other, label: "", bytes: SecretBytes(randomCount: 65_536))
        #expect(throws: VaultError.self) {
            try Vault(entries: [VaultEntry](repeating: large, count: 16)).encode(passphrase: nil)
        }
        let small = try VaultEntry(kind: other, label: "", bytes: SecretBytes(randomCount: 1))
        #expect(throws: VaultError.tooManyEntries(got: 1_025, allowed: 1_024)) {
            try Vault(entries: [VaultEntry](repeating: small, count: 1_025)).encode(passphrase: nil)
        }
        let full = Vault(entries: [VaultEntry](repeating: small, count: 1_024))
        #expect(try Vault.decode(full.encode(passphrase: nil), passphrase: nil) == full)
        let many = Vault(entries: [VaultEntry](repeating: large, count: 15))
        #expect(try Vault.decode(many.encode(passphrase: nil), passphrase: nil) == many)
    }

    @Test("costs outside the bounds are refused")
    func costs() throws {
        for (passes, memory) in [(0, 8), (1, 7), (1, 1_048_577), (9, 1_048_576), (1 << 40, 8), (-1, -8)] {
            #expect(throws: VaultError.costOutOfBounds(passes: passes, memoryKibibytes: memory)) {
                try VaultCost(passes: passes, memoryKibibytes: memory)
            }
        }
        #expect(try VaultCost(passes: 3, memoryKibibytes: 65_536) == .recommended)
        #expect(try VaultCost(passes: 8, memoryKibibytes: 1_048_576).passes == 8)
    }

    @Test("secrets of a vault don't print")
    func printing() throws {
        var dumped = ""
        dump(try sample(), to: &dumped)
        #expect(dumped.contains("<32 secret bytes>") && !dumped.contains("1, 1, 1"))
    }
}
