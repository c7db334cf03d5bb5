import Testing

@testable import MeshCrypto

@Suite("Bech32m")
struct Bech32mTests {
    struct File: Decodable {
        var valid: [String]
        var invalid: [[String]]
    }

    @Test("BIP-350's valid texts are read and written back")
    func valid() throws {
        for text in try Vectors.load("bech32m", as: File.self).valid {
            let (prefix, values) = try Bech32m.decodeValues(text)
            #expect(Bech32m.encode(prefix: prefix, values: values) == text.lowercased())
        }
    }

    @Test("BIP-350's invalid texts are refused")
    func invalid() throws {
        for row in try Vectors.load("bech32m", as: File.self).invalid {
            #expect(throws: Bech32mError.self, "\(row[1])") { try Bech32m.decodeValues(row[0]) }
        }
    }

    @Test("every length of bytes comes back", arguments: 0...Bech32m.maximumBytes)
    func roundTrip(count: Int) throws {
        var generator = SeededGenerator(seed: UInt64(count))
        let bytes = generator.bytes(count)
        let decoded = try Bech32m.decode(Bech32m.encode(prefix: "x", bytes: bytes))
        #expect(decoded.prefix == "x" && decoded.bytes == bytes)
    }

    @Test("each way to be wrong is an error of its own")
    func errors() {
        let good = Bech32m.encode(prefix: "mesh", bytes: [1, 2, 3])
        func error(_ text: String) -> Bech32mError? {
            do {
                _ = try Bech32m.decode(text)
                return nil
            } catch { return error }
        }
        #expect(error("") == .noSeparator)
        #expect(error("mesh") == .noSeparator)
        #expect(error("1qqqqqq") == .noPrefix)
        #expect(error("mesh1qqq") == .tooShort)
        #expect(error(good.replacing("mesh", with: "Mesh")) == .mixedCase)
        #expect(error(good + String(repeating: "q", count: 90)) == .tooLong(got: good.count + 90, allowed: 90))
        #expect(error("mesh1b" + good.dropFirst(6)) == .badCharacter(position: 5))
        #expect(error("mésh1qqqqqqq") == .badCharacter(position: 1))
        #expect(error(String(good.dropLast()) + (good.last == "q" ? "p" : "q")) == .wrongChecksum)
        // Five values are 25 bits: three bytes and one bit, which has to be zero. Three values are no whole bytes.
        #expect(error(Bech32m.encode(prefix: "x", values: [0, 0, 0, 0, 1])) == .badPadding)
        #expect(error(Bech32m.encode(prefix: "x", values: [0, 0, 0])) == .badPadding)
    }
}
