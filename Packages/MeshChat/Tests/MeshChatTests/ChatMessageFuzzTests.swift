import MeshChat
import MeshCrypto
import Testing

@Suite("Mutated chat messages") struct ChatMessageFuzzTests {
    static let rounds = 100_000

    static func seeds() throws -> [[UInt8]] {
        let order = MessageOrder(epoch: 0x0102_0304_0506_0708, counter: 300, previous: .init(epoch: 9, count: 70_000))
        return try [
            ChatMessage(.text("hello, 🌍"), order: order), ChatMessage(.typing, order: nil),
            ChatMessage(.profile(Profile(name: "Änne", colour: Colour(rgb: 0xFF00FF))), order: order),
            ChatMessage(.receipt(Receipt(kind: .read, ids: [innerID(1), innerID(255)])), order: nil),
            ChatMessage(.unknown(UnknownEvent(bytes: UnknownEventTests.later)), order: order),
        ].map(\.encoded)
    }

    /// Flips, cuts, repeats, joins and overwrites.
    static func mutate(_ bytes: [UInt8], with other: [UInt8], _ random: inout Seeded) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let index = Int.random(in: 0...max(bytes.count - 1, 0), using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0 where !bytes.isEmpty: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1 where !bytes.isEmpty: bytes[index] = [0, 0x7F, 0x80, 0xFF].randomElement(using: &random)!
            case 2: bytes = Array(bytes.prefix(index))
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: min(index, bytes.count))
            case 4: bytes += other.suffix(Int.random(in: 0...other.count, using: &random))
            default: if !bytes.isEmpty { bytes.remove(at: index) }
            }
        }
        return bytes
    }

    @Test("100,000 mutated messages give a message that survives, or a named error") func mutations() throws {
        let seed: UInt64 = 20_261_123
        var random = Seeded(seed)
        let corpus = try Self.seeds()
        var accepted = 0
        for round in 0..<Self.rounds {
            let bytes = Self.mutate(corpus.randomElement(using: &random)!, with: corpus[round % corpus.count], &random)
            guard let message = try? ChatMessage(decoding: bytes) else { continue }
            accepted += 1
            #expect(message.encoded == bytes, "seed \(seed), round \(round)")
            // Written anew by this version, it says the same (unknown details apart).
            let again = try ChatMessage(message.event, order: message.order)
            let reread = try ChatMessage(decoding: again.encoded)
            #expect(reread.event == message.event && reread.order == message.order, "seed \(seed), round \(round)")
        }
        #expect(accepted > Self.rounds / 50)
        #expect(accepted < Self.rounds)
    }

    @Test("Random bytes give no trap") func randomBytes() {
        var random = Seeded(7)
        for _ in 0..<20_000 {
            let count = Int.random(in: 0..<64, using: &random)
            _ = try? ChatMessage(decoding: (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
    }
}
