import MeshCrypto
import Testing

@testable import MeshRing

@Suite struct SwimMessageTests {
    static let tail = SwimMessage.Tail(
        digest: Bytes16(hex: "000102030405060708090a0b0c0d0e0f")!,
        hints: (0..<3).map { .init(node: Samples.node($0), incarnation: UInt64($0)) })
    static let samples: [SwimMessage] = [
        .probe(sequence: 1, accuses: true, tail), .acknowledge(sequence: .max, .init(digest: Bytes16())),
        .relayRequest(sequence: 2, target: Samples.node(1), nonce: Bytes16(), tail),
        .relayedProbe(sequence: 3, requester: Samples.node(2), nonce: Bytes16()),
        .relayedAcknowledge(sequence: 4, signature: Bytes64()), .relayResult(sequence: 5, .unknown),
        .relayResult(sequence: 5, .silent), .relayResult(sequence: 5, .answered(Bytes64())), .gossip(tail),
        .compare((0..<128).map { UInt64($0) }),
        .entries(bucket: 127, .part, [.init(shortID: 1, incarnation: 2, fingerprint: 9, state: .down)]),
        .entries(bucket: 0, .whole, []), .want([1, 2, .max]),
    ]

    @Test("messages, encoded and decoded, are the same", arguments: samples)
    func roundTrip(message: SwimMessage) {
        #expect(SwimMessage(decoding: message.encoded()) == message)
    }

    @Test("the largest messages fit their bound")
    func bounds() {
        let hints = (0..<SwimLimits.hintsPerMessage).map { SwimMessage.Hint(node: Samples.node($0), incarnation: .max) }
        let entries = (0..<SwimLimits.entriesPerMessage).map {
            SwimMessage.Entry(shortID: UInt64($0), incarnation: .max, fingerprint: 7, state: .left)
        }
        let largest: [SwimMessage] = [
            .relayRequest(
                sequence: .max, target: Samples.node(1), nonce: Bytes16(), .init(digest: Bytes16(), hints: hints)),
            .entries(bucket: 1, .whole, entries), .compare(Array(repeating: .max, count: 128)),
            .want(Array(repeating: .max, count: SwimLimits.wantedPerMessage)),
        ]
        for message in largest {
            #expect(message.encoded().count <= MembershipLimits.maximumMessageBytes)
            #expect(SwimMessage(decoding: message.encoded()) == message)
        }
    }

    @Test("any bytes give a message that encodes to the same bytes, or nothing")
    func decoderIsTotal() {
        var random = SeededGenerator(seed: 21)
        let encoded = Self.samples.map { $0.encoded() }
        var decoded = 0
        for round in 0..<100_000 {
            var bytes = encoded[round % encoded.count]
            for _ in 0...random.below(3) {
                let at = Int(random.below(UInt64(max(1, min(bytes.count, 60)))))
                switch random.below(4) {
                case 0: bytes.insert(UInt8(random.below(256)), at: min(at, bytes.count))
                case 1 where !bytes.isEmpty: bytes.remove(at: at)
                case 2 where !bytes.isEmpty: bytes[at] = [0, 1, 2, 16, 17, 60, 61, 255][Int(random.below(8))]
                default: if !bytes.isEmpty { bytes[at] ^= 1 << UInt8(random.below(8)) }
                }
            }
            guard let message = SwimMessage(decoding: bytes) else { continue }
            decoded += 1
            #expect(message.encoded() == bytes)
        }
        #expect(decoded > 10_000)
        #expect(SwimMessage(decoding: []) == nil)
        #expect(SwimMessage(decoding: [UInt8](repeating: 8, count: 1_201)) == nil)
    }
}
