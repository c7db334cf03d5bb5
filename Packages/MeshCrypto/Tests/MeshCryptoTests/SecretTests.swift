import Testing

@testable import MeshCrypto

@Suite("Secrets")
struct SecretTests {
    @Test("secrets print no byte of themselves, however they are printed")
    func printing() {
        let seed = [UInt8](repeating: 0xab, count: 32)
        let identity = UserIdentity(seed: SecretBytes(seed))
        let handshake = NoiseHandshake(role: .initiator, key: NoiseKeyPair(identity), prologue: [])
        let secrets: [Any] = [
            SecretBytes(seed), identity, NodeIdentity(seed: SecretBytes(seed)), ProofSecret(Bytes16(seed.prefix(16))!),
            NoiseKeyPair(identity), handshake, [ProofSecret(Bytes16(seed.prefix(16))!)], ["key": SecretBytes(seed)],
        ]
        for secret in secrets {
            var dumped = ""
            dump(secret, to: &dumped)
            for text in ["\(secret)", String(reflecting: secret), dumped] {
                #expect(!text.lowercased().contains("abab") && !text.contains("171"), "\(text)")
            }
        }
        #expect("\(SecretBytes(seed))" == "<32 secret bytes>")
    }

    @Test("taken bytes are wiped where they came from")
    func taking() {
        var bytes: [UInt8] = [1, 2, 3]
        let secret = SecretBytes(taking: &bytes)
        #expect(bytes == [0, 0, 0])
        #expect(secret.withUnsafeBytes { Array($0) } == [1, 2, 3])
    }

    @Test("secrets compare by their bytes")
    func comparing() {
        #expect(SecretBytes([1, 2]) == SecretBytes([1, 2]))
        #expect(SecretBytes([1, 2]) != SecretBytes([1, 3]))
        #expect(SecretBytes([1, 2]) != SecretBytes([1, 2, 3]))
        #expect(SecretBytes(randomCount: 32) != SecretBytes(randomCount: 32))
    }

    @Test("an error while a secret is filled is passed on")
    func failingFill() {
        struct Failure: Error {}
        #expect(throws: Failure.self) { try SecretBytes(count: 8) { _ in throw Failure() } }
    }

    @Test("plain secret memory begins zero, and stack memory is wiped after use")
    func plainMemory() {
        let memory = WipedMemory(count: 5)
        withExtendedLifetime(memory) { #expect(memory.bytes.allSatisfy { $0 == 0 }) }
        let sum = withWipedBytes(count: 3) { bytes in
            #expect(bytes.allSatisfy { $0 == 0 })
            bytes.copyBytes(from: [1, 2, 3])
            return bytes.reduce(0, +)
        }
        #expect(sum == 6)
    }
}
