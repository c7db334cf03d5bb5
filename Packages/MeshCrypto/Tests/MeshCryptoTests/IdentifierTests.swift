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
    }

    @Test("whether a key converts to another is answered as the library converts it")
    func conversion() throws {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<500 {
            let id = UserIdentity.generate().id
            let key = id.agreementKey
            #expect(id.converts(to: key))
            var (negative, otherID, otherKey) = (id.bytes, id.bytes, key.bytes)
            negative.withUnsafeMutableBytes { $0[31] ^= 0x80 }
            #expect(UserID(trusted: negative).converts(to: key), "A and −A have one X25519 key")
            otherID.withUnsafeMutableBytes { $0[Int.random(in: 0..<31, using: &generator)] &+= 1 }
            otherKey.withUnsafeMutableBytes { $0[Int.random(in: 0..<32, using: &generator)] &+= 1 }
            #expect(!UserID(trusted: otherID).converts(to: key))
            #expect(!id.converts(to: AgreementKey(otherKey)))
        }
    }

    @Test("the X25519 key of any scalar is its agreement with the base point")
    func publicKeyOfScalar() {
        var generator = SeededGenerator(seed: 6)
        var scalars = (0..<300).map { _ in generator.bytes(32) }
        scalars += [UInt8(0), 1, 8, 255].map { [UInt8](repeating: $0, count: 32) }
        let base = AgreementKey(Bytes32([9] + [UInt8](repeating: 0, count: 31))!)
        for scalar in scalars {
            var expected = [UInt8](repeating: 0, count: 32)
            scalar.withUnsafeBytes { secret in
                #expect(expected.withUnsafeMutableBytes { Curve.agree(secret: secret, with: base, into: $0) })
                #expect(Curve.agreementKey(ofSecret: secret).bytes.bytes == expected)
            }
        }
    }

    @Test("of two spellings of one number only that below p converts, on either side")
    func conversionOfSpellings() {
        func little(_ first: UInt8, _ rest: UInt8, _ last: UInt8) -> Bytes32 {
            Bytes32([first] + [UInt8](repeating: rest, count: 30) + [last])!
        }
        func converts(_ y: Bytes32, _ u: Bytes32) -> Bool { UserID(trusted: y).converts(to: AgreementKey(u)) }
        // y = −1 gives u = 0, y = 0 gives u = 1; y = 1 gives none.
        let (zero, one) = (Bytes32(), little(1, 0, 0))
        let minusOne = little(0xec, 0xff, 0x7f)
        #expect(converts(minusOne, zero) && converts(zero, one))
        #expect(!converts(minusOne, little(0xed, 0xff, 0x7f)), "u = p")
        #expect(!converts(little(0xed, 0xff, 0x7f), one), "y = p")
        #expect(!converts(zero, little(1, 0, 0x80)), "u with its highest bit")
        for u in [zero, one, minusOne] { #expect(!converts(one, u)) }
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
