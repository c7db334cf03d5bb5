import Testing

@testable import MeshCrypto

/// Files whose checksum is good and whose rest is not: what somebody who can write the file might try.
@Suite("Hostile vaults")
struct VaultHostileTests {
    let passphrase = SecretBytes(utf8: "x")

    private func withChecksum(_ covered: [UInt8]) -> [UInt8] {
        covered + Hash.blake2b32(context: VaultHeader.checksumContext, covered).bytes
    }

    private func covered(protection: UInt8, passes: UInt32, memory: UInt32, zero: UInt16 = 0, content: [UInt8])
        -> [UInt8]
    {
        var bytes = [UInt8](repeating: 0, count: VaultHeader.byteCount + content.count)
        bytes.withUnsafeMutableBytes {
            var writer = ByteWriter($0)
            writer.put(VaultHeader.magic)
            writer.put([1, protection])
            writer.put(zero)
            writer.put(passes)
            writer.put(memory)
            writer.put(Bytes16())
            writer.put(Bytes24())
            writer.put(UInt32(content.count))
            writer.put(content)
        }
        return bytes
    }

    private func error(_ covered: [UInt8], _ passphrase: SecretBytes?) -> VaultError? {
        do throws(VaultError) {
            _ = try Vault.decode(withChecksum(covered), passphrase: passphrase)
            return nil
        } catch { return error }
    }

    @Test("a file can't make its reader use gigabytes or hours")
    func cost() {
        let content = [UInt8](repeating: 0, count: 40)
        for (passes, memory) in [(UInt32.max, 8), (1, UInt32.max), (UInt32.max, .max), (100_000, 1_048_576), (0, 0)] {
            let file = covered(protection: 1, passes: passes, memory: memory, content: content)
            #expect(error(file, passphrase) == .costOutOfBounds(passes: Int(passes), memoryKibibytes: Int(memory)))
        }
    }

    @Test("headers that make no sense are damage")
    func headers() {
        #expect(error(covered(protection: 2, passes: 1, memory: 8, content: [0, 0]), nil) == .damaged(.header))
        #expect(
            error(covered(protection: 0, passes: 0, memory: 0, zero: 1, content: [0, 0]), nil) == .damaged(.header))
        #expect(error(covered(protection: 0, passes: 1, memory: 8, content: [0, 0]), nil) == .damaged(.header))
        #expect(error(covered(protection: 0, passes: 0, memory: 0, content: [0, 0]) + [0], nil) == .damaged(.length))
        #expect(error(covered(protection: 1, passes: 1, memory: 8, content: [0, 0]), passphrase) == .damaged(.content))
        #expect(error(covered(protection: 0, passes: 0, memory: 0, content: [0, 0]), nil) == nil)
    }

    static let badContents: [[UInt8]] = [
        [], [0], [0, 0, 0], [0, 1], [255, 255],
        [0, 1, 0, 9, 0, 0, 0, 0, 0],  // an entry without bytes
        [0, 1, 0, 9, 1, 0xff, 0, 0, 0, 1, 7],  // a label that is no UTF-8
        [0, 1, 0, 9, 0, 255, 255, 255, 255, 7],  // a length over everything
        [0, 1, 0, 1, 0, 0, 0, 0, 1, 7],  // an identity of one byte
        [0, 1, 0, 9, 0, 0, 0, 0, 1, 7, 7],  // more than was announced
    ]

    @Test("contents that make no sense are damage", arguments: badContents)
    func contents(content: [UInt8]) {
        #expect(error(covered(protection: 0, passes: 0, memory: 0, content: content), nil) == .damaged(.content))
    }

    @Test("a file of many small entries can't use up the protected memory of its reader")
    func manyEntries() {
        let entry: [UInt8] = [0, 9, 0, 0, 0, 0, 1, 7]
        let content = [255, 255] + Array(repeatElement(entry, count: 65_535).joined())
        #expect(error(covered(protection: 0, passes: 0, memory: 0, content: content), nil) == .damaged(.content))
    }

    @Test("mutated files, with the old and with a right checksum, give a vault or an error, never a trap")
    func hostile() throws {
        var generator = SeededGenerator(seed: 6)
        var vault = Vault()
        try vault.add(UserIdentity(repeating: 1), label: "alice")
        let files = [
            try vault.encode(passphrase: nil), try vault.encode(passphrase: passphrase, cost: .minimal),
        ]
        for round in 0..<100_000 {
            let file = files[round % 2]
            let mutated = generator.mutation(of: file)
            if mutated != file, let opened = try? Vault.decode(mutated, passphrase: nil) {
                Issue.record("opened \(opened) although its checksum can't fit")
            }
            // The magic is kept, so that the mutation reaches what stands behind it.
            let content = withChecksum(Array(file[..<9]) + generator.mutation(of: Array(file[9...].dropLast(32))))
            if let opened = try? Vault.decode(content, passphrase: nil) {
                #expect(try Vault.decode(opened.encode(passphrase: nil), passphrase: nil) == opened)
            }
        }
        for _ in 0..<200 {
            let mutated = withChecksum(
                Array(files[1][..<12]) + generator.mutation(of: Array(files[1][12...].dropLast(32))))
            // Mutated costs may ask for real work; those of this format's fixed offsets are put back.
            let bounded = withChecksum(
                Array(mutated[..<12]) + Array(files[1][12..<20]) + mutated.dropFirst(20).dropLast(32))
            #expect(bounded == files[1] || (try? Vault.decode(bounded, passphrase: passphrase)) == nil)
        }
    }
}
