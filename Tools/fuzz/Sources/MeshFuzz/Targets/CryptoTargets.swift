import MeshCrypto
import Synchronization

/// What is opened with keys.
enum CryptoTargets {
    static let all = [envelopes, handshakes, linkMessages]

    static let envelopes = FuzzTarget("envelopes", cost: 2) {
        try [[], [1, 2, 3], [UInt8](repeating: 1, count: 900), [UInt8](repeating: 2, count: 5_000)]
            .map { try Samples.envelope($0).bytes }
    } check: { input throws(FuzzFinding) in
        guard let original = try? Samples.envelope([]) else { throw FuzzFinding("sealing fails") }
        let opened = try? Envelope.open(
            input, recipient: Samples.bob, network: Samples.network,
            acknowledgementHash: original.acknowledgementHash, recallHash: original.recallHash)
        guard let opened else { return .refused }
        // Nothing else than what Alice sealed may open.
        let again = try? Samples.envelope(opened.body).bytes
        try FuzzFinding.require(again == input, "a changed envelope opens")
        return .accepted
    }

    /// Each of the three messages of a handshake, given to the end that waits for it: the first byte chooses which.
    static let handshakes = FuzzTarget("handshakes", cost: 20) {
        try (0..<3).map { step in [UInt8(step)] + (try Handshake().message(step)) }
    } check: { input throws(FuzzFinding) in
        guard let step = input.first.map({ Int($0) }), step < 3 else { return .refused }
        do {
            let handshake = Handshake()
            let original = try handshake.message(step)
            let reader = step == 1 ? handshake.initiator : handshake.responder
            guard (try? reader.read(Array(input[1...]))) != nil else {
                guard case .failed = reader.step else { throw FuzzFinding("a refused handshake goes on") }
                return .refused
            }
            // The first message is a key and a payload in the clear: any 32 bytes will do. The others are sealed.
            try FuzzFinding.require(
                step == 0 || Array(input[1...]) == original, "a changed message of a handshake is taken")
            return .accepted
        } catch let finding as FuzzFinding {
            throw finding
        } catch {
            throw FuzzFinding("an honest handshake fails: \(error)")
        }
    }

    /// Messages on a link whose handshake is done.
    static let linkMessages = FuzzTarget("link-messages") {
        [try Handshake().linkMessage([]), try Handshake().linkMessage([UInt8](repeating: 7, count: 300))]
    } check: { input throws(FuzzFinding) in
        guard let plaintext = link.withLock({ $0.read(input) }) else { return .refused }
        let again = try? Handshake().linkMessage(plaintext)
        try FuzzFinding.require(again == input, "a changed message of a link is taken")
        return .accepted
    }

    /// The end that reads. A refused message leaves it as it was; after one that was taken it is made anew, because the
    /// next would have to be the link's second message.
    private static let link = Mutex(Reader())

    private struct Reader {
        var transport: NoiseTransport?

        mutating func read(_ message: [UInt8]) -> [UInt8]? {
            if transport == nil { transport = try? Handshake().finished().responder }
            guard let transport else { preconditionFailure("an honest handshake fails") }
            var memory = message
            guard let count = try? memory.withUnsafeMutableBytes({ try transport.decrypt($0) }) else { return nil }
            self.transport = nil
            return Array(memory.prefix(count))
        }
    }
}

/// A handshake whose every byte is the same in each process.
private struct Handshake {
    let initiator: NoiseHandshake
    let responder: NoiseHandshake

    init() {
        initiator = NoiseHandshake(
            role: .initiator, key: NoiseKeyPair(Samples.alice), prologue: [1], ephemeral: Samples.key(11))
        responder = NoiseHandshake(
            role: .responder, key: NoiseKeyPair(Samples.node(1)), prologue: [1], ephemeral: Samples.key(12))
    }

    /// Goes on up to the message of a step (0…2), which is written and not read.
    func message(_ step: Int) throws(NoiseError) -> [UInt8] {
        let first = try initiator.write(payload: [])
        if step == 0 { return first }
        _ = try responder.read(first)
        let second = try responder.write(payload: Samples.node(1).id.bytes.bytes)
        if step == 1 { return second }
        _ = try initiator.read(second)
        return try initiator.write(payload: Samples.alice.id.bytes.bytes)
    }

    func finished() throws(NoiseError) -> (initiator: NoiseTransport, responder: NoiseTransport) {
        _ = try responder.read(try message(2))
        return (initiator.makeTransport(), responder.makeTransport())
    }

    /// The first message that the initiator sends on the link.
    func linkMessage(_ plaintext: [UInt8]) throws -> [UInt8] {
        let link = try finished().initiator
        var memory = plaintext + [UInt8](repeating: 0, count: NoiseTransport.tagBytes)
        _ = try memory.withUnsafeMutableBytes { try link.encrypt($0, plaintextCount: plaintext.count) }
        return memory
    }
}
