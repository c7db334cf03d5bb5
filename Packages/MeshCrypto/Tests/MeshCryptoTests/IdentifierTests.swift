import Testing

@testable import MeshCrypto

@Suite("Identifiers")
struct IdentifierTests {
    @Test("an identity's id comes back from its text, in either case")
    func text() throws {
        let user = UserIdentity.generate().id
        #expect(user.description.count == 63 && user.description.hasPrefix("mesh1"))
        #expect(try UserID(text: user.description) == user)
        #expect(try UserID(text: user.description.uppercased()) == user)
        let node = NodeIdentity.generate().id
        #expect(node.description.count == 63 && node.description.hasPrefix("node1"))
        #expect(try NodeID(text: node.description) == node)
    }

    @Test("a text of another kind is refused by name")
    func otherKind() {
        let node = NodeIdentity.generate().id
        #expect(throws: IdentifierError.wrongKind(got: "node", allowed: "mesh")) {
            try UserID(text: node.description)
        }
        #expect(throws: IdentifierError.wrongLength(got: 31, allowed: 32)) {
            try UserID(text: Bech32m.encode(prefix: "mesh", bytes: [UInt8](repeating: 1, count: 31)))
        }
        #expect(throws: IdentifierError.notBech32m(.noSeparator)) { try UserID(text: "alice") }
    }

    // Points of small order, not canonical, not on the curve, and outside the prime-order subgroup. The small ones are
    // those libsodium's source lists; the mixed ones were computed from the curve's equation.
    static let refused = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "f6ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0200000000000000000000000000000000000000000000000000000000000000",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "9599999999999999999999999999999999999999999999999999999999999999",
        "5252cc0a7f208133b620acbd4537eba2a4123bf0a8c2e4f980c3b31bb69765ea",
    ]

    @Test("bytes that are no key of the prime-order subgroup are refused", arguments: refused)
    func refusedKeys(hex: String) throws {
        let bytes = try #require(Bytes32(hex: hex))
        #expect(throws: IdentifierError.notAPublicKey(bytes)) { try UserID(bytes) }
        #expect(throws: IdentifierError.notAPublicKey(bytes)) { try NodeID(bytes) }
        #expect(throws: IdentifierError.notAPublicKey(bytes)) { try UserID.proven(bytes) }
    }

    @Test("proving and converting at once gives what each gives alone, for good keys and for mutated ones")
    func provenAtOnce() throws {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            var bytes = UserIdentity.generate().id.bytes
            let (id, key) = try UserID.proven(bytes)
            #expect(id.bytes == bytes && id.converts(to: key))
            bytes.withUnsafeMutableBytes { $0[Int.random(in: 0..<32, using: &generator)] &+= 1 }
            #expect((try? UserID.proven(bytes))?.agreementKey == (try? UserID(bytes))?.agreementKey)
        }
    }

    @Test("the fallback for a flawed library tells keys of mixed order from good ones")
    func fallback() throws {
        #expect(!Curve.isKilledByGroupOrder(Curve.mixedOrderPoint))
        for _ in 0..<20 { #expect(Curve.isKilledByGroupOrder(UserIdentity.generate().id.bytes)) }
    }

    @Test("random and mutated bytes and texts give an id or an error, never a trap")
    func hostile() {
        var generator = SeededGenerator(seed: 3)
        let text = Array(UserIdentity(repeating: 1).id.description.utf8)
        for _ in 0..<100_000 {
            let mutated = String(decoding: generator.mutation(of: text), as: UTF8.self)
            if let id = try? UserID(text: mutated) { #expect(id.description == mutated.lowercased()) }
        }
        for _ in 0..<2_000 {
            guard let id = try? UserID(Bytes32(generator.bytes(32))!) else { continue }
            #expect(try! UserID(text: id.description) == id)
            #expect(id.converts(to: id.agreementKey))
        }
    }

    @Test("ids order by their bytes")
    func order() {
        let ids = (0..<50).map { _ in UserIdentity.generate().id }
        #expect(ids.sorted().map(\.bytes) == ids.map(\.bytes).sorted())
    }

    @Test("a proof's hash is BLAKE2b-128 over context and secret")
    func proof() throws {
        let secret = ProofSecret(try #require(Bytes16(hex: "000102030405060708090a0b0c0d0e0f")))
        #expect(secret.hash.bytes == Hash.blake2b16(context: "mesh proof 1", secret.bytes))
        #expect(ProofSecret.random() != ProofSecret.random())
    }
}
