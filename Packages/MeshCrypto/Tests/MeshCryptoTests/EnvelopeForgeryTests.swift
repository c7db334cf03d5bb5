import Testing

@testable import MeshCrypto

/// Envelopes whose seal is good and whose content is not: what somebody who can seal might try.
@Suite("Forged envelopes")
struct EnvelopeForgeryTests {
    let alice = UserIdentity(repeating: 1)
    let bob = UserIdentity(repeating: 2)
    let carol = UserIdentity(repeating: 3)
    let network = NetworkID(Bytes32())

    /// The fields inside the seal; a test alters one of them.
    private struct Plain {
        var sender: Bytes32
        var innerID = InnerID(.random())
        var secret: ProofSecret
        var time: UInt64 = 5
        var bodyCount: UInt32
        var signature: Bytes64
        var body: [UInt8]
        var padding: [UInt8] = []
    }

    /// A genuine message of Alice to `recipient`, opened up.
    private func genuine(
        to recipient: UserIdentity, _ randomness: EnvelopeRandomness, body: [UInt8] = [1, 2, 3]
    ) throws -> Plain {
        let sealed = try Envelope.seal(
            body: body, from: alice, to: recipient.id, network: network, sentAtMilliseconds: 5, randomness: randomness)
        let opened = try open(sealed.bytes, by: recipient, randomness)
        let frame = EnvelopeFrame(
            recipient: recipient.id, acknowledgementHash: sealed.acknowledgementHash, recallHash: sealed.recallHash)
        let signed = body.withUnsafeBytes {
            frame.signedBytes(
                network: network, sender: alice.id, innerID: opened.innerID, sentAtMilliseconds: 5, body: $0)
        }
        return Plain(
            sender: alice.id.bytes, innerID: opened.innerID, secret: opened.acknowledgementSecret,
            bodyCount: UInt32(body.count), signature: alice.sign(signed, context: Envelope.signatureContext), body: body
        )
    }

    private func seal(_ plain: Plain, to recipient: UserID, _ randomness: EnvelopeRandomness) throws -> [UInt8] {
        let frame = EnvelopeFrame(
            recipient: recipient, acknowledgementHash: randomness.acknowledgementSecret.hash,
            recallHash: randomness.recallSecret.hash)
        return try Envelope.sealed(frame, size: 512, randomness) { writer in
            writer.put(plain.sender)
            writer.put(plain.innerID.bytes)
            writer.put(plain.secret.bytes)
            writer.put(plain.time)
            writer.put(plain.bodyCount)
            writer.put(plain.signature)
            writer.put(plain.body)
            writer.put(plain.padding)
        }
    }

    private func open(
        _ bytes: [UInt8], by recipient: UserIdentity, _ randomness: EnvelopeRandomness
    ) throws(EnvelopeError) -> OpenedEnvelope {
        try Envelope.open(
            bytes, recipient: recipient, network: network,
            acknowledgementHash: randomness.acknowledgementSecret.hash, recallHash: randomness.recallSecret.hash)
    }

    @Test("the way these tests take is sound: an unaltered message opens")
    func sound() throws {
        let randomness = EnvelopeRandomness.fresh()
        let plain = try genuine(to: bob, randomness)
        #expect(try open(seal(plain, to: bob.id, randomness), by: bob, randomness).body == [1, 2, 3])
    }

    @Test("a signed message that its recipient seals again for a third person is refused")
    func resealed() throws {
        let randomness = EnvelopeRandomness.fresh()
        let plain = try genuine(to: bob, randomness)
        let forged = try seal(plain, to: carol.id, randomness)
        #expect(throws: EnvelopeError.wrongSignature(claimed: alice.id)) { try open(forged, by: carol, randomness) }
    }

    @Test("a message under other hashes than the sender signed is refused, though the seal is good")
    func otherHashes() throws {
        let signed = EnvelopeRandomness.fresh()
        var plain = try genuine(to: bob, signed)
        let fresh = EnvelopeRandomness.fresh()
        plain.secret = fresh.acknowledgementSecret
        let forged = try seal(plain, to: bob.id, fresh)
        #expect(throws: EnvelopeError.wrongSignature(claimed: alice.id)) { try open(forged, by: bob, fresh) }
    }

    @Test("any altered field inside is refused by its own name")
    func alteredFields() throws {
        let randomness = EnvelopeRandomness.fresh()
        let plain = try genuine(to: bob, randomness)
        func error(_ alter: (inout Plain) -> Void) throws -> EnvelopeError? {
            var altered = plain
            alter(&altered)
            let bytes = try seal(altered, to: bob.id, randomness)
            do throws(EnvelopeError) {
                _ = try open(bytes, by: bob, randomness)
                return nil
            } catch { return error }
        }
        let unsigned = EnvelopeError.wrongSignature(claimed: alice.id)
        #expect(try error { $0.innerID = InnerID(.random()) } == unsigned)
        #expect(try error { $0.time += 1 } == unsigned)
        #expect(try error { $0.body[0] ^= 1 } == unsigned)
        #expect(try error { $0.bodyCount += 1 } == unsigned)
        #expect(try error { $0.signature = Bytes64() } == unsigned)
        #expect(try error { $0.bodyCount -= 1 } == .nonZeroPadding)
        #expect(try error { $0.padding = [0, 0, 1] } == .nonZeroPadding)
        #expect(try error { $0.bodyCount = 300 } == .wrongBodyLength(got: 300, allowed: 299))
        #expect(try error { $0.bodyCount = .max } == .wrongBodyLength(got: 4_294_967_295, allowed: 299))
        #expect(try error { $0.secret = .random() } == .wrongAcknowledgement)
        #expect(try error { $0.sender = Bytes32() } == .invalidSender(Bytes32()))
        #expect(try error { $0.sender = Curve.mixedOrderPoint } == .invalidSender(Curve.mixedOrderPoint))
        #expect(try error { $0.sender = carol.id.bytes } == .wrongSignature(claimed: carol.id))
    }

    @Test("mutated envelopes of every size, and mutated content under a good seal, give an error, never a trap")
    func hostile() throws {
        var generator = SeededGenerator(seed: 5)
        let randomness = EnvelopeRandomness.fresh()
        let sealed = try Envelope.sizes.map { size in
            try Envelope.seal(
                body: [UInt8](repeating: 1, count: size - Envelope.overheadBytes), from: alice, to: bob.id,
                network: network, sentAtMilliseconds: 5, randomness: randomness
            ).bytes
        }
        for round in 0..<100_000 {
            // Most mutations change the length and are refused at once; the large ones cost copies, so few of them.
            let original = sealed[round.isMultiple(of: 1_000) ? round / 1_000 % 5 : 0]
            let mutated = generator.mutation(of: original)
            #expect(mutated == original || (try? open(mutated, by: bob, randomness)) == nil)
        }
        let frame = EnvelopeFrame(
            recipient: bob.id, acknowledgementHash: randomness.acknowledgementSecret.hash,
            recallHash: randomness.recallSecret.hash)
        for _ in 0..<2_000 {
            let content = generator.bytes(Int.random(in: 0...400, using: &generator))
            let forged = try Envelope.sealed(frame, size: 512, randomness) { $0.put(content) }
            #expect(throws: EnvelopeError.self) { try open(forged, by: bob, randomness) }
        }
    }
}
