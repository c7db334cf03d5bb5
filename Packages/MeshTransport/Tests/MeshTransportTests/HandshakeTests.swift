import MeshCrypto
import MeshRing
@testable import MeshTransport
import NIOCore
import Testing

@Suite("Handshake of a link, in memory") struct HandshakeTests {
    @Test("both ends, user dials the expected node, each knows the other and the ciphers fit")
    func userMeetsNode() throws {
        let user = UserIdentity.generate()
        let pair = try HandshakePair(credential: { .user(user, expecting: $0) })
        let outcome = pair.run()
        let dialled = try #require(outcome.dialled)
        let accepted = try #require(outcome.accepted)
        #expect(dialled.peer == .node(pair.node.id))
        #expect(accepted.peer == .user(user.id))
        #expect(dialled.parameters == pair.parameters && dialled.version == 1 && accepted.version == 1)
        #expect(dialled.transport.handshakeHash == accepted.transport.handshakeHash)
    }

    @Test("node and guest, dial with and without expectation, are known as what they are")
    func otherRoles() throws {
        let node = NodeIdentity.generate()
        let asNode = try HandshakePair(credential: { _ in .node(node, expecting: nil) }, network: .some(nil)).run()
        #expect(asNode.accepted?.peer == .node(node.id))
        let asGuest = try HandshakePair(credential: { _ in .guest(expecting: nil) }, network: .some(nil)).run()
        #expect(asGuest.accepted?.peer == .guest)
    }

    @Test("dialler, node of another network, refuses by name before Noise begins")
    func wrongNetwork() throws {
        let other = NetworkID(.random())
        let pair = try HandshakePair(network: .some(other))
        let outcome = pair.run()
        #expect(outcome.diallerError == .wrongNetwork(expected: other, got: pair.parameters.id))
        #expect(outcome.sent[.first] == nil)
    }

    @Test("dialler, another node than expected, refuses by name and reveals nothing")
    func wrongNode() throws {
        let user = UserIdentity.generate()
        let expected = NodeIdentity.generate().id
        let pair = try HandshakePair(credential: { _ in .user(user, expecting: expected) })
        let outcome = pair.run()
        #expect(outcome.diallerError == .wrongNode(expected: expected, got: pair.node.id))
        #expect(outcome.sent[.third] == nil && outcome.dialled == nil && outcome.accepted == nil)
    }

    @Test("node, dials an address of its own, is told so")
    func ownAddress() throws {
        let parameters = try NetworkParameters(laboratory: true, nonce: .random())
        let node = NodeIdentity.generate()
        let dialler = DiallingHandshake(.node(node, expecting: nil), network: nil, host: "x:1")
        let listener = ListeningHandshake(node, parameters: parameters)
        var (toListener, toDialler) = (ByteBuffer(), ByteBuffer())
        dialler.start(into: &toListener)
        _ = try listener.advance(&toListener, into: &toDialler)
        _ = try dialler.advance(&toDialler, into: &toListener)
        _ = try listener.advance(&toListener, into: &toDialler)
        #expect(throws: LinkHandshakeError.reachedItself(node.id)) {
            try dialler.advance(&toDialler, into: &toListener)
        }
    }
}

@Suite("Handshake of a link, somebody in the middle") struct HandshakeAttackTests {
    @Test("downgrade, offer of newer versions cut out, breaks the handshake")
    func downgradedOffer() throws {
        let outcome = try HandshakePair(offered: [1, 2], supported: [1, 2]).run { step, bytes in
            if step == .request { bytes.replace("Mesh-Versions: 1,2", with: "Mesh-Versions: 1") }
        }
        #expect(outcome.dialled == nil && outcome.accepted == nil)
        #expect(outcome.diallerError == .cipher(.notAuthentic))
    }

    @Test("downgrade, chosen version altered in the answer, breaks the handshake")
    func downgradedAnswer() throws {
        let outcome = try HandshakePair(offered: [1, 2], supported: [1, 2]).run { step, bytes in
            if step == .answer { bytes.replace("Mesh-Version: 2", with: "Mesh-Version: 1") }
        }
        #expect(outcome.diallerError == .cipher(.notAuthentic))
    }

    @Test("answer, a version that was not offered, is refused by name")
    func foreignVersion() throws {
        let outcome = try HandshakePair().run { step, bytes in
            if step == .answer { bytes.replace("Mesh-Version: 1", with: "Mesh-Version: 9") }
        }
        #expect(outcome.diallerError == .answer(.version(got: 9, offered: [1])))
    }

    @Test("network parameters altered on the way, dialler without expectation, breaks the handshake")
    func alteredNetwork() throws {
        let other = try NetworkParameters(replicas: 1, laboratory: true, nonce: .random())
        let pair = try HandshakePair(credential: { _ in .guest(expecting: nil) }, network: .some(nil))
        let own = UpgradeAnswer(version: 1, parameters: pair.parameters).networkHex
        let outcome = pair.run { step, bytes in
            if step == .answer { bytes.replace(own, with: UpgradeAnswer(version: 1, parameters: other).networkHex) }
        }
        #expect(outcome.diallerError == .cipher(.notAuthentic))
    }

    @Test("third message of an earlier link, replayed, is refused")
    func replay() throws {
        let user = UserIdentity.generate()
        let earlier = try HandshakePair(credential: { .user(user, expecting: $0) }).run()
        let recorded = try #require(earlier.sent[.third])
        let outcome = try HandshakePair(credential: { .user(user, expecting: $0) }).run { step, bytes in
            if step == .third { bytes = recorded }
        }
        #expect(outcome.accepted == nil && outcome.listenerError == .cipher(.notAuthentic))
    }

    @Test("a whole handshake, replayed from its first message, is refused")
    func wholeReplay() throws {
        let user = UserIdentity.generate()
        let pair = try HandshakePair(credential: { .user(user, expecting: $0) })
        let recorded = pair.run().sent
        let listener = ListeningHandshake(pair.node, parameters: pair.parameters)
        var output = ByteBuffer()
        for step in [HandshakePair.Step.request, .first] {
            var bytes = try #require(recorded[step])
            #expect(try listener.advance(&bytes, into: &output) == nil)
        }
        var third = try #require(recorded[.third])
        #expect(throws: LinkHandshakeError.cipher(.notAuthentic)) { try listener.advance(&third, into: &output) }
    }

    @Test("false node, own key and the id of another, is found before the user says who it is")
    func swappedNodeKey() throws {
        let expected = NodeIdentity.generate().id
        let mallory = NodeIdentity.generate()
        let outcome = try answer(as: expected, key: mallory, to: .user(.generate(), expecting: expected))
        #expect(outcome == .foreignKey(claimed: expected.description, proven: mallory.agreementKey))
    }

    @Test("user as responder, is no node")
    func userAnswers() throws {
        let mallory = UserIdentity.generate()
        let outcome = try answer(
            payload: LinkHandshakePayload.encoded(.user(mallory.id)), key: NoiseKeyPair(mallory),
            to: .guest(expecting: nil))
        #expect(outcome == .notANode(.user(mallory.id)))
    }

    @Test("every bit of every message, flipped, gives an error on one side or the same link as ever")
    func flippedBits() throws {
        for step in [HandshakePair.Step.first, .second, .third] {
            for byte in 0..<200 {
                let pair = try HandshakePair()
                let outcome = pair.run { at, bytes in
                    guard at == step, let value: UInt8 = bytes.getInteger(at: bytes.readerIndex + byte) else { return }
                    bytes.setInteger(value ^ 1 << UInt8(byte % 8), at: bytes.readerIndex + byte)
                }
                guard byte < outcome.sent[step]?.readableBytes ?? 0 else { break }
                #expect(outcome.accepted == nil, "step \(step), byte \(byte)")
            }
        }
    }

    private func answer(as id: NodeID, key: NodeIdentity, to credential: LinkCredential) throws -> LinkHandshakeError? {
        try answer(payload: LinkHandshakePayload.encoded(.node(id)), key: NoiseKeyPair(key), to: credential)
    }

    /// Plays a listener that says and proves what it likes.
    private func answer(
        payload: [UInt8], key: NoiseKeyPair, to credential: LinkCredential
    ) throws -> LinkHandshakeError? {
        let parameters = try NetworkParameters(laboratory: true, nonce: .random())
        let dialler = DiallingHandshake(credential, network: nil, host: "x:1")
        var (toListener, toDialler) = (ByteBuffer(), ByteBuffer())
        dialler.start(into: &toListener)
        var collector = HeadCollector()
        let request = try UpgradeRequest(try #require(try collector.next(from: &toListener)))
        toDialler.writeString(UpgradeAnswer(version: 1, parameters: parameters).encoded(key: request.key))
        _ = try dialler.advance(&toDialler, into: &toListener)
        let messages = HandshakeMessages(end: .server)
        let prologue = LinkProtocol.prologue(network: parameters.id, offered: [1], chosen: 1)
        let noise = NoiseHandshake(role: .responder, key: key, prologue: prologue)
        _ = try noise.read(try #require(try messages.next(from: &toListener)))
        messages.writer.append(message: try noise.write(payload: payload), to: &toDialler)
        do {
            _ = try dialler.advance(&toDialler, into: &toListener)
            return nil
        } catch {
            #expect(toListener.readableBytes == 0, "nothing was revealed")
            return error
        }
    }
}

@Suite("Handshake of a link, hostile diallers") struct HostileDiallerTests {
    /// Plays a dialler that says and proves what it likes.
    private func dial(payload: [UInt8], key: NoiseKeyPair) throws -> LinkHandshakeError? {
        let parameters = try NetworkParameters(laboratory: true, nonce: .random())
        let listener = ListeningHandshake(.generate(), parameters: parameters)
        var (toListener, toDialler) = (ByteBuffer(), ByteBuffer())
        let request = UpgradeRequest(offered: [1], key: WebSocketAccept.base64([UInt8](repeating: 0, count: 16)))
        toListener.writeString(request.encoded(host: "x:1"))
        let messages = HandshakeMessages(end: .client)
        let prologue = LinkProtocol.prologue(network: parameters.id, offered: [1], chosen: 1)
        let noise = NoiseHandshake(role: .initiator, key: key, prologue: prologue)
        messages.writer.append(message: try noise.write(payload: []), to: &toListener)
        _ = try listener.advance(&toListener, into: &toDialler)
        var collector = HeadCollector()
        _ = try collector.next(from: &toDialler)
        _ = try noise.read(try #require(try messages.next(from: &toDialler)))
        messages.writer.append(message: try noise.write(payload: payload), to: &toListener)
        do {
            _ = try listener.advance(&toListener, into: &toDialler)
            return nil
        } catch { return error }
    }

    @Test("dialler, own key and the id of another user, is refused by name")
    func claimedUser() throws {
        let victim = UserIdentity.generate().id
        let mallory = UserIdentity.generate()
        let error = try dial(payload: LinkHandshakePayload.encoded(.user(victim)), key: NoiseKeyPair(mallory))
        #expect(error == .foreignKey(claimed: victim.description, proven: mallory.agreementKey))
    }

    @Test("dialler, id that is no public key, is refused by name")
    func noKey() throws {
        let (bytes, key) = (Bytes32(repeatElement(255, count: 32))!, NoiseKeyPair.throwaway())
        #expect(try dial(payload: [0] + bytes.bytes, key: key) == .identifier(.notAPublicKey(bytes)))
        let error = try dial(payload: [1] + bytes.bytes, key: key)
        #expect(error == .foreignKey(claimed: UserID(trusted: bytes).description, proven: key.publicKey))
    }

    @Test("dialler, payloads of other kinds and lengths, is refused by name")
    func payloads() throws {
        let key = NoiseKeyPair.throwaway()
        #expect(try dial(payload: [], key: key) == .payloadLength(got: 0, allowed: 33))
        #expect(
            try dial(payload: [UInt8](repeating: 0, count: 34), key: key) == .payloadLength(got: 34, allowed: 33))
        #expect(try dial(payload: [3] + [UInt8](repeating: 0, count: 32), key: key) == .unknownKind(3))
        #expect(try dial(payload: [2] + [UInt8](repeating: 1, count: 32), key: key) == .guestWithIdentity)
        #expect(try dial(payload: [2] + [UInt8](repeating: 0, count: 32), key: key) == nil)
    }

    @Test("dialler that pipelines its first message behind the request, is served")
    func pipelined() throws {
        let payload = LinkHandshakePayload.encoded(.guest)
        #expect(try dial(payload: payload, key: .throwaway()) == nil)
    }
}
