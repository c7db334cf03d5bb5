import MeshQueueCore
import Testing

@Suite("Hashes")
struct ChecksumTests {
    @Test(
        "XXH64 gives the published values",
        arguments: [
            // From the specification's reference implementation and the README of python-xxhash.
            ("", 0, 0xEF46_DB37_51D8_E999),
            ("a", 0, 0xD24E_C4F1_A98C_6E5B),
            ("abc", 0, 0x44BC_2CF5_AD77_0999),
            ("Nobody inspects the spammish repetition", 0, 0xFBCE_A83C_8A37_8BF1),
            ("xxhash", 20_141_025, 0xB559_B98D_844E_0635),
        ] as [(String, UInt64, UInt64)])
    func xxh64(text: String, seed: UInt64, expected: UInt64) {
        let hash = Array(text.utf8).withUnsafeBytes { XXH64.hash($0, seed: seed) }
        #expect(hash == expected)
    }

    @Test("A checksum changes with every bit of what it covers")
    func everyBit() {
        var bytes = (0..<100).map { UInt8($0) }
        let hash = bytes.withUnsafeBytes { XXH64.hash($0, seed: 1) }
        for bit in 0..<800 {
            bytes[bit / 8] ^= 1 << (bit % 8)
            #expect(bytes.withUnsafeBytes { XXH64.hash($0, seed: 1) } != hash)
            bytes[bit / 8] ^= 1 << (bit % 8)
        }
    }

    @Test("Fingerprints depend on seed, recipient and id; one recipient's share their upper half")
    func fingerprints() {
        let seed = QueueSeed(word0: 1, word1: 2)
        let base = seed.fingerprint(recipient(1), itemID(1)).raw
        #expect(base == seed.fingerprint(recipient(1), itemID(1)).raw)
        #expect(base != QueueSeed(word0: 1, word1: 3).fingerprint(recipient(1), itemID(1)).raw)
        #expect(base >> 32 == seed.fingerprint(recipient(1), itemID(2)).raw >> 32)
        #expect(base != seed.fingerprint(recipient(1), itemID(2)).raw)
        #expect(base >> 32 != seed.fingerprint(recipient(2), itemID(1)).raw >> 32)
    }
}
