import Testing

@testable import MeshCrypto

@Suite("Envelope vectors")
struct EnvelopeVectorTests {
    struct File: Decodable {
        var vectors: [Vector]
    }

    struct Vector: Decodable, CustomTestStringConvertible {
        var name: String
        var network: HexBytes
        var senderSeed: HexBytes
        var sender: HexBytes
        var recipientSeed: HexBytes
        var recipient: HexBytes
        var innerID: HexBytes
        var acknowledgementSecret: HexBytes
        var acknowledgementHash: HexBytes
        var recallSecret: HexBytes
        var recallHash: HexBytes
        var ephemeralSecret: HexBytes
        var nonce: HexBytes
        var sentAtMilliseconds: UInt64
        var bodyCount: Int
        var body: HexBytes?
        var envelopeCount: Int
        var envelopeHash: HexBytes
        var envelope: HexBytes?
        var testDescription: String { name }

        var wholeBody: [UInt8] { body?.bytes ?? (0..<bodyCount).map { UInt8($0 % 251) } }
    }

    private func seal(_ vector: Vector) throws -> SealedEnvelope {
        let randomness = EnvelopeRandomness(
            ephemeral: vector.ephemeralSecret.bytes.withUnsafeBytes(NoiseKeyPair.init(secret:)),
            nonce: try #require(Bytes24(vector.nonce.bytes)),
            acknowledgementSecret: ProofSecret(try #require(Bytes16(vector.acknowledgementSecret.bytes))),
            recallSecret: ProofSecret(try #require(Bytes16(vector.recallSecret.bytes))),
            innerID: InnerID(try #require(Bytes16(vector.innerID.bytes))))
        let sender = UserIdentity(seed: SecretBytes(vector.senderSeed.bytes))
        #expect(sender.id.bytes.bytes == vector.sender.bytes)
        return try Envelope.seal(
            body: vector.wholeBody, from: sender, to: UserID(try #require(Bytes32(vector.recipient.bytes))),
            network: NetworkID(try #require(Bytes32(vector.network.bytes))),
            sentAtMilliseconds: vector.sentAtMilliseconds, randomness: randomness)
    }

    @Test("sealing gives the published bytes", arguments: try Vectors.load("envelope", as: File.self).vectors)
    func sealing(_ vector: Vector) throws {
        let sealed = try seal(vector)
        #expect(sealed.bytes.count == vector.envelopeCount)
        if let expected = vector.envelope { #expect(sealed.bytes == expected.bytes) }
        var hasher = BLAKE2b(.bytes32)
        hasher.feed(sealed.bytes)
        #expect(hasher.finish32().bytes == vector.envelopeHash.bytes)
        #expect(sealed.acknowledgementHash.bytes.bytes == vector.acknowledgementHash.bytes)
        #expect(sealed.recallHash.bytes.bytes == vector.recallHash.bytes)
    }

    @Test("opening gives the message", arguments: try Vectors.load("envelope", as: File.self).vectors)
    func opening(_ vector: Vector) throws {
        let opened = try Envelope.open(
            try vector.envelope?.bytes ?? seal(vector).bytes,
            recipient: UserIdentity(seed: SecretBytes(vector.recipientSeed.bytes)),
            network: NetworkID(try #require(Bytes32(vector.network.bytes))),
            acknowledgementHash: ProofHash(try #require(Bytes16(vector.acknowledgementHash.bytes))),
            recallHash: ProofHash(try #require(Bytes16(vector.recallHash.bytes))))
        #expect(opened.sender.bytes.bytes == vector.sender.bytes)
        #expect(opened.body == vector.wholeBody)
        #expect(opened.innerID.bytes.bytes == vector.innerID.bytes)
        #expect(opened.sentAtMilliseconds == vector.sentAtMilliseconds)
        #expect(opened.acknowledgementSecret.bytes.bytes == vector.acknowledgementSecret.bytes)
    }
}
