import Testing

@testable import MeshCrypto

@Suite("Envelope")
struct EnvelopeTests {
    let alice = UserIdentity(repeating: 1)
    let bob = UserIdentity(repeating: 2)
    let carol = UserIdentity(repeating: 3)
    let network = NetworkID(.random())

    private func seal(_ body: [UInt8] = Array("hello".utf8)) throws -> SealedEnvelope {
        try Envelope.seal(body: body, from: alice, to: bob.id, network: network, sentAtMilliseconds: 1_000)
    }

    private func open(
        _ bytes: [UInt8], beside sealed: SealedEnvelope, by recipient: UserIdentity? = nil, network: NetworkID? = nil
    ) throws(EnvelopeError) -> OpenedEnvelope {
        try Envelope.open(
            bytes, recipient: recipient ?? bob, network: network ?? self.network,
            acknowledgementHash: sealed.acknowledgementHash, recallHash: sealed.recallHash)
    }

    @Test("a sealed message opens for its recipient, with everything the sender put in")
    func roundTrip() throws {
        let sealed = try seal()
        let opened = try open(sealed.bytes, beside: sealed)
        #expect(opened.sender == alice.id && opened.body == Array("hello".utf8))
        #expect(opened.sentAtMilliseconds == 1_000 && opened.innerID == sealed.innerID)
        #expect(opened.acknowledgementSecret == sealed.acknowledgementSecret)
        #expect(opened.acknowledgementSecret.hash == sealed.acknowledgementHash)
        #expect(sealed.recallSecret.hash == sealed.recallHash)
    }

    @Test("a body takes the smallest size that holds it, and one byte more the next")
    func sizes() throws {
        for (size, next) in zip(Envelope.sizes, Envelope.sizes.dropFirst().map(Optional.init) + [nil]) {
            let room = size - Envelope.overheadBytes
            let sealed = try seal([UInt8](repeating: 7, count: room))
            #expect(sealed.bytes.count == size)
            #expect(try open(sealed.bytes, beside: sealed).body.count == room)
            #expect(Envelope.size(bodyBytes: room + 1) == next)
        }
        #expect(try seal([]).bytes.count == 512)
        #expect(Envelope.maximumBodyBytes == 61_227)
    }

    @Test("a body of one byte over the maximum is refused with both numbers")
    func tooLarge() {
        let body = [UInt8](repeating: 0, count: Envelope.maximumBodyBytes + 1)
        #expect(throws: EnvelopeError.bodyTooLarge(got: 61_228, allowed: 61_227)) { try seal(body) }
    }

    @Test("a recipient that is no public key is refused")
    func invalidRecipient() {
        let nobody = UserID(trusted: Bytes32())
        #expect(throws: EnvelopeError.invalidRecipient(nobody)) {
            try Envelope.seal(body: [], from: alice, to: nobody, network: network, sentAtMilliseconds: 0)
        }
    }

    @Test("the same message sealed again has the same inner id and no other byte in common")
    func again() throws {
        let first = try seal()
        let second = try Envelope.seal(
            body: Array("hello".utf8), from: alice, to: bob.id, network: network, sentAtMilliseconds: 1_000,
            innerID: first.innerID)
        #expect(second.innerID == first.innerID)
        #expect(second.bytes != first.bytes && second.acknowledgementHash != first.acknowledgementHash)
        #expect(try open(second.bytes, beside: second).innerID == first.innerID)
    }

    @Test("the sender's id doesn't stand in the envelope")
    func hiddenSender() throws {
        let bytes = try seal().bytes
        #expect(!bytes.contains(alice.id.bytes.bytes) && !bytes.contains(alice.agreementKey.bytes.bytes))
        #expect(!bytes.contains(Array("hello".utf8)))
    }

    @Test("any flipped bit anywhere in an envelope is a named error")
    func flippedBits() throws {
        let sealed = try seal()
        #expect(sealed.bytes.count == 512)
        for bit in 0..<sealed.bytes.count * 8 {
            var bytes = sealed.bytes
            bytes[bit / 8] ^= 1 << UInt8(bit % 8)
            let expected: EnvelopeError =
                bit < 8 ? .unknownVersion(got: bytes[0], known: 1) : .notAuthentic
            #expect(throws: expected) { try open(bytes, beside: sealed) }
        }
    }

    @Test("another recipient, network or hash is refused")
    func otherContext() throws {
        let sealed = try seal()
        #expect(throws: EnvelopeError.notAuthentic) { try open(sealed.bytes, beside: sealed, by: carol) }
        #expect(throws: EnvelopeError.wrongSignature(claimed: alice.id)) {
            try open(sealed.bytes, beside: sealed, network: NetworkID(.random()))
        }
        for (acknowledgement, recall) in [
            (sealed.recallHash, sealed.acknowledgementHash), (sealed.acknowledgementHash, ProofHash(.random())),
            (ProofHash(.random()), sealed.recallHash), (sealed.recallHash, sealed.recallHash),
        ] {
            #expect(throws: EnvelopeError.notAuthentic) {
                try Envelope.open(
                    sealed.bytes, recipient: bob, network: network, acknowledgementHash: acknowledgement,
                    recallHash: recall)
            }
        }
    }

    @Test("a size that no envelope has is refused", arguments: [0, 1, 511, 513, 1_000, 61_439, 61_441])
    func wrongSize(count: Int) throws {
        let sealed = try seal()
        #expect(throws: EnvelopeError.wrongSize(got: count, allowed: Envelope.sizes)) {
            try open([UInt8](repeating: 1, count: count), beside: sealed)
        }
    }

    @Test("an ephemeral key of small order is refused")
    func smallOrder() throws {
        let sealed = try seal()
        var bytes = sealed.bytes
        bytes.replaceSubrange(1..<33, with: [UInt8](repeating: 0, count: 32))
        #expect(throws: EnvelopeError.unusableKey) { try open(bytes, beside: sealed) }
    }
}
