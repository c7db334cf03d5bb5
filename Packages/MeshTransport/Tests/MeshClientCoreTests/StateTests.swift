@testable import MeshClientCore
import MeshCrypto
import MeshRing
import Testing

@Suite("Stored state")
struct StateTests {
    func full() throws -> ClientState {
        var state = World.knowing(try World(nodes: 9))
        state.believe(Keys.node(3).id, at: "node.example:4000")
        state.believe(Keys.node(1).id, at: "127.1.0.1:4000")
        state.believe(Keys.node(2).id, at: "[::1]:4000")
        state.addFormer(Keys.node(8).id, since: 5)
        state.addFormer(Keys.node(7).id, since: 4)
        return state
    }

    @Test("what was kept reads back to an equal value")
    func readsBack() throws {
        for state in [ClientState(), try full()] {
            #expect(try ClientState(decoding: state.encoded()) == state)
        }
    }

    @Test("a cut, changed, foreign or newer file is a named error")
    func refuses() throws {
        let bytes = try full().encoded()
        #expect(throws: ClientStateError.notAState) { try ClientState(decoding: []) }
        #expect(throws: ClientStateError.notAState) { try ClientState(decoding: Array("another file's bytes".utf8)) }
        #expect(throws: ClientStateError.damaged) { try ClientState(decoding: bytes.dropLast()) }
        #expect(throws: ClientStateError.damaged) { try ClientState(decoding: Array(bytes.prefix(10))) }
        var newer = bytes
        newer[8] = 2
        #expect(throws: ClientStateError.version(got: 2, allowed: 1)) { try ClientState(decoding: newer) }
        var changed = bytes
        changed[100] ^= 1
        #expect(throws: ClientStateError.damaged) { try ClientState(decoding: changed) }
        let long = [UInt8](repeating: 0, count: ClientState.maximumBytes + 1)
        #expect(throws: ClientStateError.tooLong(got: long.count, allowed: ClientState.maximumBytes)) {
            try ClientState(decoding: long)
        }
    }

    @Test("a full roster fits the limit")
    func limit() {
        let roster = ClientLimits.nodes * (NodeRecord.maximumEncodedBytes + 19) + 64
        let rest = 64 * (2 + ClientState.maximumLocationBytes + 32) + 64 * 40 + 64
        #expect(roster + rest <= ClientState.maximumBytes)
    }

    @Test("a hundred thousand mutated inputs give a state that reads back, or a named error, and no trap")
    func mutated() throws {
        let original = try full().encoded()
        var random = SplitMix64(seed: 7)
        var accepted = 0
        for round in 0..<100_000 {
            var bytes = mutate(original, &random)
            // Most get a fitting checksum, else nothing behind it would be tested.
            if round % 8 != 0, bytes.count > 16 { seal(&bytes) }
            guard let state = try? ClientState(decoding: bytes) else { continue }
            accepted += 1
            #expect(try ClientState(decoding: state.encoded()) == state)
        }
        #expect(accepted > 100)
    }

    private func mutate(_ original: [UInt8], _ random: inout SplitMix64) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let index = Int.random(in: bytes.indices, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.removeSubrange(index...)
            case 3: bytes.remove(at: index)
            case 4: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
            default:
                // The tables lie at the end, behind the roster.
                let place = max(0, bytes.count - Int.random(in: 17...260, using: &random))
                if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &random) }
            }
            if bytes.isEmpty { return bytes }
        }
        return bytes
    }

    /// Gives the file, and the roster in it where it is found, a checksum that fits.
    private func seal(_ bytes: inout [UInt8]) {
        if bytes.count > 13 + 16 {
            let length = bytes[9..<13].reduce(0) { $0 << 8 | Int($1) }
            if length > 16, 13 + length + 16 <= bytes.count {
                let end = 13 + length
                let sum = Hash.blake2b16(context: "mesh roster file 1", bytes[13..<(end - 16)])
                bytes.replaceSubrange((end - 16)..<end, with: sum.bytes)
            }
        }
        let body = bytes.dropLast(16)
        let sum = Hash.blake2b16(context: ClientState.checksumContext, body)
        bytes.replaceSubrange(body.endIndex..., with: sum.bytes)
    }

    @Test("the tables hold their limits: the oldest is forgotten")
    func tables() throws {
        var state = ClientState()
        for number in UInt8(1)...100 {
            state.addFormer(Keys.node(number).id, since: UInt64(number))
            state.believe(Keys.node(number).id, at: "host\(100 + Int(number)):1")
        }
        #expect(state.formerMembers.count == ClientLimits.formerMembers)
        #expect(state.formerMembers.map(\.sinceMilliseconds).min() == UInt64(100 - ClientLimits.formerMembers + 1))
        #expect(state.startNodes.count == ClientState.maximumStartNodes)
        #expect(try ClientState(decoding: state.encoded()) == state)
    }
}
