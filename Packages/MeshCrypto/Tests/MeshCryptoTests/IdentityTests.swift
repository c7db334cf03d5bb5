import Testing

@testable import MeshCrypto

@Suite("Identities")
struct IdentityTests {
    struct File: Decodable {
        struct Vector: Decodable {
            var name: String
            var secret: HexBytes
            var `public`: HexBytes
            var message: HexBytes
            var signature: HexBytes
        }
        var vectors: [Vector]
    }

    @Test("RFC 8032's vectors are reproduced")
    func vectors() throws {
        for vector in try Vectors.load("rfc8032", as: File.self).vectors {
            let identity = UserIdentity(seed: SecretBytes(vector.secret.bytes))
            #expect(identity.id.bytes.bytes == vector.public.bytes)
            vector.message.bytes.withUnsafeBytes { message in
                let signature = identity.keys.sign(text: message)
                #expect(signature.bytes == vector.signature.bytes)
                #expect(Curve.verifies(signature, of: message, key: identity.id.bytes))
            }
        }
    }

    @Test("a signature is plain Ed25519 over the context's length, the context and the message")
    func signedText() {
        let identity = UserIdentity(repeating: 7)
        let text: [UInt8] = [4] + Array("test".utf8) + [1, 2, 3]
        #expect(identity.sign([1, 2, 3], context: "test") == text.withUnsafeBytes(identity.keys.sign(text:)))
    }

    @Test("a signature holds for its signer, message and context, and for no other")
    func verification() {
        let user = UserIdentity.generate()
        let node = NodeIdentity.generate()
        let message: [UInt8] = Array("hello".utf8)
        let signature = user.sign(message, context: "a")
        #expect(user.id.verifies(signature, of: message, context: "a"))
        #expect(!user.id.verifies(signature, of: message, context: "b"))
        #expect(!user.id.verifies(signature, of: message + [0], context: "a"))
        #expect(!user.id.verifies(signature, of: Array("ahello".utf8), context: "a"))
        #expect(!node.id.verifies(signature, of: message, context: "a"))
        #expect(node.id.verifies(node.sign([], context: "a"), of: [], context: "a"))
        for bit in 0..<512 {
            var flipped = signature
            flipped.withUnsafeMutableBytes { $0[bit / 8] ^= 1 << UInt8(bit % 8) }
            #expect(!user.id.verifies(flipped, of: message, context: "a"))
        }
    }

    @Test("no signature holds for bytes that are no public key", arguments: IdentifierTests.refused)
    func invalidSigner(hex: String) throws {
        let id = UserID(trusted: try #require(Bytes32(hex: hex)))
        #expect(!id.verifies(Bytes64(), of: [], context: "a"))
        #expect(!id.verifies(UserIdentity(repeating: 1).sign([], context: "a"), of: [], context: "a"))
    }

    @Test("the key for agreement is that of the id, and belongs to no other id")
    func agreement() {
        let user = UserIdentity.generate()
        let other = UserIdentity.generate()
        #expect(user.agreementKey == user.id.agreementKey)
        #expect(user.id.converts(to: user.agreementKey))
        #expect(!other.id.converts(to: user.agreementKey))
        #expect(!UserID(trusted: Bytes32()).converts(to: AgreementKey(Bytes32())))
    }

    @Test("an identity is its seed")
    func seed() {
        let user = UserIdentity.generate()
        #expect(UserIdentity(seed: user.copySeed()).id == user.id)
        #expect(NodeIdentity(seed: user.copySeed()).id.bytes == user.id.bytes)
        #expect(UserIdentity.generate().id != user.id)
    }

    @Test("3,000 identities live at once")
    func many() {
        let identities = (0..<3_000).map { _ in NodeIdentity.generate() }
        #expect(Set(identities.map(\.id)).count == 3_000)
    }
}
