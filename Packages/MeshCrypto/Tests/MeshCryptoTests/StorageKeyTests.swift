import Testing

@testable import MeshCrypto

@Suite("Storage key")
struct StorageKeyTests {
    let key = StorageKey(SecretBytes((0..<32).map { UInt8($0) }))

    private func error(_ bytes: [UInt8], _ associated: [UInt8] = []) -> StorageError? {
        do throws(StorageError) {
            _ = try key.open(bytes, associated: associated)
            return nil
        } catch { return error }
    }

    // Computed by an implementation in another language.
    @Test("records and lookup keys are those another implementation computes")
    func vectors() throws {
        let nonce = try #require(Bytes24((200..<224).map { UInt8($0) }))
        let sealed = key.seal(Array("a record".utf8), associated: Array("history:7".utf8), nonce: nonce)
        #expect(
            sealed.withUnsafeBytes(Hex.encode)
                == "01c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf278305fdc0c2cdd04dcea272522f839af0bd31a1ecdcdb9d")
        #expect(
            key.lookupKey(context: "contact", "bob").hex
                == "987d10f787fa795068e85613741bd7a3d61ae3f9de44bed9cf2a5960d50be2ab")
    }

    @Test("a record opens again, whatever its length")
    func roundTrip() throws {
        for count in [0, 1, 15, 16, 17, 1_000, 70_000] {
            let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            let sealed = key.seal(plain, associated: [1])
            #expect(sealed.count == count + StorageKey.overheadBytes)
            #expect(try key.open(sealed, associated: [1]) == plain)
        }
        #expect(key.seal([1], associated: []) != key.seal([1], associated: []))
    }

    @Test("another key, another place, or any flipped bit is refused")
    func refused() throws {
        let sealed = key.seal([1, 2, 3], associated: [1])
        #expect(throws: StorageError.notAuthentic) { try StorageKey.generate().open(sealed, associated: [1]) }
        #expect(error(sealed, [2]) == .notAuthentic)
        #expect(error(sealed, []) == .notAuthentic)
        for bit in 0..<sealed.count * 8 {
            var flipped = sealed
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(error(flipped, [1]) == (bit < 8 ? .unknownVersion(got: flipped[0], known: 1) : .notAuthentic))
        }
        for count in 0..<StorageKey.overheadBytes {
            #expect(error(Array(sealed[..<count]), [1]) == .tooShort(got: count, needed: 41))
        }
    }

    @Test("lookup keys differ by key, context and value, and not from call to call")
    func lookup() {
        let lookup = key.lookupKey(context: "a", "bob")
        #expect(lookup == key.lookupKey(context: "a", "bob"))
        #expect(lookup != key.lookupKey(context: "b", "bob"))
        #expect(lookup != key.lookupKey(context: "a", "bobby"))
        #expect(lookup != StorageKey.generate().lookupKey(context: "a", "bob"))
        #expect(lookup != Hash.blake2b32(context: "a", "bob"))
    }

    @Test("mutated records give an error, never a trap")
    func hostile() {
        var generator = SeededGenerator(seed: 8)
        let sealed = key.seal([UInt8](repeating: 1, count: 30), associated: [])
        for _ in 0..<100_000 {
            let mutated = generator.mutation(of: sealed)
            #expect(mutated == sealed || error(mutated) != nil)
        }
    }
}
