import Testing

@testable import MeshCrypto

@Suite("Link handshake and ciphers")
struct NoiseTests {
    let user = UserIdentity(repeating: 1)
    let node = NodeIdentity.generate()

    private func pair(prologue: [UInt8] = [1], other: [UInt8] = [1]) -> (NoiseHandshake, NoiseHandshake) {
        (
            NoiseHandshake(role: .initiator, key: NoiseKeyPair(user), prologue: prologue),
            NoiseHandshake(role: .responder, key: NoiseKeyPair(node), prologue: other)
        )
    }

    private func link() throws -> (NoiseTransport, NoiseTransport) {
        let (dialler, listener) = pair()
        _ = try listener.read(dialler.write(payload: []))
        _ = try dialler.read(listener.write(payload: []))
        _ = try listener.read(dialler.write(payload: []))
        return (dialler.makeTransport(), listener.makeTransport())
    }

    private func sealed(_ text: [UInt8], by transport: NoiseTransport) throws -> [UInt8] {
        var memory = text + [UInt8](repeating: 0, count: NoiseTransport.tagBytes)
        let count = try memory.withUnsafeMutableBytes { try transport.encrypt($0, plaintextCount: text.count) }
        #expect(count == memory.count)
        return memory
    }

    private func opened(_ message: [UInt8], by transport: NoiseTransport) throws -> [UInt8] {
        var memory = message
        let count = try memory.withUnsafeMutableBytes { try transport.decrypt($0) }
        return Array(memory[..<count])
    }

    @Test("both ends learn the other's payloads, proven key and the same hash")
    func handshake() throws {
        let (dialler, listener) = pair()
        #expect(dialler.step == .write && listener.step == .read)
        #expect(try listener.read(dialler.write(payload: [1])) == [1])
        #expect(dialler.step == .read && listener.step == .write)
        #expect(try dialler.read(listener.write(payload: node.id.bytes.bytes)) == node.id.bytes.bytes)
        let theirs = try #require(dialler.remoteStatic)
        #expect(node.id.converts(to: theirs) && !user.id.converts(to: theirs))
        #expect(listener.remoteStatic == nil)
        #expect(try listener.read(dialler.write(payload: user.id.bytes.bytes)) == user.id.bytes.bytes)
        #expect(user.id.converts(to: try #require(listener.remoteStatic)))
        #expect(dialler.step == .finished && listener.step == .finished)
        #expect(dialler.handshakeHash == listener.handshakeHash)
        let (left, right) = (dialler.makeTransport(), listener.makeTransport())
        #expect(left.handshakeHash == right.handshakeHash && left.remoteStatic == node.agreementKey)
        #expect(right.remoteStatic == user.agreementKey)
    }

    @Test("an identity stays hidden: neither key stands in the messages in the clear")
    func hidden() throws {
        let (dialler, listener) = pair()
        let first = try dialler.write(payload: [])
        _ = try listener.read(first)
        let second = try listener.write(payload: [])
        _ = try dialler.read(second)
        let third = try dialler.write(payload: [])
        for message in [first, second, third] {
            for key in [user.agreementKey.bytes.bytes, node.agreementKey.bytes.bytes, user.id.bytes.bytes] {
                #expect(!message.contains(key))
            }
        }
        #expect(first.count == 32 && second.count == 32 + 48 + 16 && third.count == 48 + 16)
    }

    @Test("ends that don't agree on the prologue don't get past the second message")
    func prologue() throws {
        let (dialler, listener) = pair(prologue: [1], other: [2])
        _ = try listener.read(dialler.write(payload: []))
        let second = try listener.write(payload: [])
        #expect(throws: NoiseError.notAuthentic) { try dialler.read(second) }
        #expect(dialler.step == .failed && dialler.remoteStatic == nil)
        #expect(throws: NoiseError.handshakeFailed) { try dialler.read(second) }
    }

    @Test("any flipped bit in the second or third message is refused")
    func flippedBits() throws {
        for position in 0..<96 * 8 {
            let (dialler, listener) = pair()
            _ = try listener.read(dialler.write(payload: []))
            var second = try listener.write(payload: [])
            second[position / 8] ^= 1 << UInt8(position % 8)
            #expect(throws: NoiseError.self) { try dialler.read(second) }
        }
        for position in 0..<64 * 8 {
            let (dialler, listener) = pair()
            _ = try listener.read(dialler.write(payload: []))
            _ = try dialler.read(listener.write(payload: []))
            var third = try dialler.write(payload: [])
            third[position / 8] ^= 1 << UInt8(position % 8)
            #expect(throws: NoiseError.notAuthentic) { try listener.read(third) }
        }
    }

    @Test("a replayed handshake is refused by a listener with another ephemeral key")
    func replay() throws {
        let (dialler, listener) = pair()
        let first = try dialler.write(payload: [])
        _ = try listener.read(first)
        _ = try dialler.read(listener.write(payload: []))
        let third = try dialler.write(payload: [])
        let second = pair().1
        _ = try second.read(first)
        _ = try second.write(payload: [])
        #expect(throws: NoiseError.notAuthentic) { try second.read(third) }
    }

    @Test("a key in the middle is seen: the proven key isn't the expected node's")
    func middle() throws {
        let attacker = NodeIdentity.generate()
        let dialler = NoiseHandshake(role: .initiator, key: NoiseKeyPair(user), prologue: [1])
        let middle = NoiseHandshake(role: .responder, key: NoiseKeyPair(attacker), prologue: [1])
        _ = try middle.read(dialler.write(payload: []))
        #expect(try dialler.read(middle.write(payload: node.id.bytes.bytes)) == node.id.bytes.bytes)
        #expect(!node.id.converts(to: try #require(dialler.remoteStatic)))
    }

    @Test("keys of small order, with which the secret would be zero, are refused", arguments: [0, 1])
    func smallOrder(first: UInt8) throws {
        let message = [first] + [UInt8](repeating: 0, count: 31)
        let listener = pair().1
        _ = try listener.read(message)
        #expect(throws: NoiseError.unusableKey) { try listener.write(payload: []) }
        #expect(listener.step == .failed)
    }

    @Test("messages too short, too long or out of turn are named errors")
    func bounds() throws {
        #expect(throws: NoiseError.messageTooShort(got: 31, needed: 32)) {
            try pair().1.read([UInt8](repeating: 9, count: 31))
        }
        #expect(throws: NoiseError.messageTooLong(got: 65_536, allowed: 65_535)) {
            try pair().1.read([UInt8](repeating: 9, count: 65_536))
        }
        let (dialler, listener) = pair()
        #expect(throws: NoiseError.messageTooLong(got: 65_536, allowed: 65_535)) {
            try dialler.write(payload: [UInt8](repeating: 0, count: 65_536 - 32))
        }
        _ = try listener.read(dialler.write(payload: [UInt8](repeating: 0, count: 65_535 - 32)))
        #expect(throws: NoiseError.unexpectedMessage) { try listener.read([UInt8](repeating: 9, count: 32)) }
        #expect(throws: NoiseError.messageTooShort(got: 95, needed: 96)) {
            try dialler.read([UInt8](repeating: 9, count: 95))
        }
    }

    @Test("injected ephemeral keys make a handshake repeatable")
    func repeatable() throws {
        func first() throws -> [UInt8] {
            let ephemeral = [UInt8](repeating: 5, count: 32).withUnsafeBytes(NoiseKeyPair.init(secret:))
            return try NoiseHandshake(
                role: .initiator, key: NoiseKeyPair(user), prologue: [], ephemeral: ephemeral
            ).write(payload: [7])
        }
        #expect(try first() == first())
        #expect(try pair().0.write(payload: []) != pair().0.write(payload: []))
    }

    @Test("messages go both ways in place, from empty to the longest")
    func transport() throws {
        let (left, right) = try link()
        for count in [0, 1, 63, 64, 4_096, NoiseTransport.maximumPlaintextBytes] {
            let text = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            #expect(try opened(sealed(text, by: left), by: right) == text)
            #expect(try opened(sealed(text, by: right), by: left) == text)
        }
    }

    @Test("a message over the limit is refused and changes nothing")
    func transportLimit() throws {
        let (left, right) = try link()
        var memory = [UInt8](repeating: 3, count: 65_536)
        #expect(throws: NoiseError.messageTooLong(got: 65_536, allowed: 65_535)) {
            try memory.withUnsafeMutableBytes { try left.encrypt($0, plaintextCount: 65_520) }
        }
        #expect(memory.allSatisfy { $0 == 3 })
        #expect(throws: NoiseError.messageTooLong(got: 65_536, allowed: 65_535)) { try opened(memory, by: right) }
        #expect(throws: NoiseError.messageTooShort(got: 15, needed: 16)) {
            try opened([UInt8](repeating: 0, count: 15), by: right)
        }
        #expect(try opened(sealed([1], by: left), by: right) == [1])
    }

    @Test("altered, repeated, reordered and reflected messages are refused, and the next good one is read")
    func transportHostile() throws {
        let (left, right) = try link()
        let first = try sealed([1, 2, 3], by: left)
        let second = try sealed([4], by: left)
        #expect(throws: NoiseError.notAuthentic) { try opened(second, by: right) }
        #expect(throws: NoiseError.notAuthentic) { try opened(first, by: left) }
        for bit in 0..<first.count * 8 {
            var flipped = first
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: NoiseError.notAuthentic) { try opened(flipped, by: right) }
        }
        #expect(try opened(first, by: right) == [1, 2, 3])
        #expect(throws: NoiseError.notAuthentic) { try opened(first, by: right) }
        #expect(try opened(second, by: right) == [4])
    }

    @Test("a link whose message numbers are used up refuses to go on")
    func exhaustion() throws {
        let (left, right) = try link()
        left.sendNonce = .max - 1
        right.receiveNonce = .max - 1
        let last = try sealed([1], by: left)
        #expect(throws: NoiseError.noncesExhausted) { try sealed([1], by: left) }
        #expect(try opened(last, by: right) == [1])
        #expect(throws: NoiseError.noncesExhausted) { try opened(last, by: right) }
    }

    @Test("mutated and random handshake and link messages give an error, never a trap")
    func hostile() throws {
        var generator = SeededGenerator(seed: 4)
        let seeds = (0..<64).map { _ in generator.bytes(Int.random(in: 0...200, using: &generator)) }
        for _ in 0..<20_000 {
            let listener = pair().1
            _ = try? listener.read(generator.mutation(of: seeds.randomElement(using: &generator)!))
            if listener.step == .write { _ = try? listener.write(payload: []) }
        }
        let (_, right) = try link()
        for _ in 0..<100_000 {
            let message = generator.mutation(of: seeds.randomElement(using: &generator)!)
            #expect(throws: NoiseError.self) { try opened(message, by: right) }
        }
    }
}
