import Testing

@testable import MeshCrypto

@Suite("Recovery string")
struct RecoveryStringTests {
    // Written by an implementation in another language: the seed is 32 times the byte 1.
    let text = "meshsecret1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqsfmfx05"

    private func error(_ text: String) -> RecoveryStringError? {
        do throws(RecoveryStringError) {
            _ = try RecoveryString.identity(from: text)
            return nil
        } catch { return error }
    }

    @Test("an identity comes back from its text, however it was written down")
    func roundTrip() throws {
        let identity = UserIdentity(repeating: 1)
        #expect(RecoveryString.text(of: identity) == text)
        #expect(try RecoveryString.identity(from: text).id == identity.id)
        #expect(try RecoveryString.identity(from: text.uppercased()).id == identity.id)
        let spaced = " " + text.enumerated().map { $0.offset % 4 == 3 ? "\($0.element) \n" : "\($0.element)" }.joined()
        #expect(try RecoveryString.identity(from: spaced).id == identity.id)
        let fresh = UserIdentity.generate()
        #expect(try RecoveryString.identity(from: RecoveryString.text(of: fresh)).id == fresh.id)
    }

    @Test("typing errors, ids and other lengths are refused by name")
    func refused() {
        #expect(error(String(text.dropLast()) + "q") == .notBech32m(.wrongChecksum))
        #expect(error("") == .notBech32m(.noSeparator))
        let id = UserIdentity(repeating: 1).id
        #expect(error(id.description) == .wrongKind(got: "mesh", allowed: "meshsecret"))
        #expect(error(Bech32m.encode(prefix: "meshsecret", bytes: [1])) == .wrongLength(got: 1, allowed: 32))
        #expect(throws: IdentifierError.wrongKind(got: "meshsecret", allowed: "mesh")) { try UserID(text: text) }
    }

    @Test("every single wrong letter is found")
    func everyLetter() {
        for position in 11..<text.count {
            for letter in "qpzry9x8gf2tvdw0s3jn54khce6mua7l" {
                var letters = Array(text)
                guard letters[position] != letter else { continue }
                letters[position] = letter
                #expect(error(String(letters)) == .notBech32m(.wrongChecksum))
            }
        }
    }

    @Test("mutated texts give an identity or an error, never a trap, and no error shows the text")
    func hostile() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<100_000 {
            let mutated = String(decoding: generator.mutation(of: Array(text.utf8)), as: UTF8.self)
            if let error = error(mutated) { #expect(!"\(error)".contains("qyqszqgpqyq")) }
        }
    }
}
