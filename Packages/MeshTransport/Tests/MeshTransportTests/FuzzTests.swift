import Foundation
import MeshCrypto
import MeshRing
@testable import MeshTransport
import NIOCore
import NIOEmbedded
import Testing

/// Any bytes give a value or a named error; a trap would end the test process. `MESH_FUZZ_ROUNDS` sets how many mutated
/// inputs each decoder takes, `MESH_FUZZ_SEED` replays a run.
@Suite("Mutated bytes") struct FuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let rounds = environment["MESH_FUZZ_ROUNDS"].flatMap { Int($0) } ?? 2_000
    private static let seed = environment["MESH_FUZZ_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: .min ... .max)

    private let samples = Samples()

    /// Runs the closure on mutated samples; on failure the seed is in the test's output.
    private func fuzz(_ samples: [[UInt8]], rounds: Int = rounds, _ body: ([UInt8]) throws -> Void) rethrows {
        var mutator = Mutator(seed: Self.seed)
        for _ in 0..<rounds { try body(mutator.mutate(samples[mutator.below(samples.count)])) }
    }

    @Test("HTTP heads of requests and answers")
    func heads() {
        fuzz([samples.request, samples.answer]) { bytes in
            var buffer = ByteBuffer(bytes: bytes)
            var collector = HeadCollector()
            guard let head = try? collector.next(from: &buffer) else { return }
            if let request = try? UpgradeRequest(head) { #expect(!request.offered.isEmpty, "seed \(Self.seed)") }
            _ = try? UpgradeAnswer(head, to: UpgradeRequest(offered: [1], key: Samples.key))
        }
    }

    @Test("listener's handshake, whole and in two pieces")
    func listener() {
        let node = NodeIdentity.generate()
        fuzz([samples.request + samples.first, samples.request + samples.first + samples.third]) { bytes in
            let handshake = ListeningHandshake(node, parameters: samples.parameters)
            var (input, output) = (ByteBuffer(bytes: bytes.prefix(200)), ByteBuffer())
            do throws(LinkHandshakeError) {
                _ = try handshake.advance(&input, into: &output)
                input.writeBytes(bytes.dropFirst(200))
                let link = try handshake.advance(&input, into: &output)
                #expect(link == nil, "seed \(Self.seed)")
            } catch { handshake.farewell(error, into: &output) }
        }
    }

    @Test("dialler's handshake")
    func dialler() {
        fuzz([samples.answer + samples.second]) { bytes in
            let handshake = DiallingHandshake(.guest(expecting: nil), network: nil, host: "x:1", nonce: Samples.nonce)
            var (input, output) = (ByteBuffer(bytes: bytes), ByteBuffer())
            do throws(LinkHandshakeError) {
                let link = try handshake.advance(&input, into: &output)
                #expect(link == nil, "seed \(Self.seed)")
            } catch { handshake.farewell(error, into: &output) }
        }
    }

    @Test("open link, mutated streams of messages and control frames, in pieces")
    func openLink() throws {
        try fuzz([[]], rounds: Self.rounds / 10) { _ in
            var mutator = Mutator(seed: Self.seed &+ UInt64(Int.random(in: 0..<1_000_000)))
            let link = try EmbeddedLink()
            var bytes: [UInt8] = []
            for _ in 0..<mutator.below(5) + 1 { bytes += try link.peersMessage(payload: mutator.below(300)) }
            bytes += RawPeer.frame(0x89, [1, 2, 3])
            var rest = mutator.mutate(bytes)[...]
            while !rest.isEmpty {
                let piece = rest.prefix(mutator.below(64) + 1)
                rest = rest.dropFirst(piece.count)
                link.receive(Array(piece))
            }
            #expect(link.partialBytes <= 65_535 + 14, "seed \(Self.seed)")
            link.end()
        }
    }
}

/// Bytes of a handshake that both ends agree on.
private struct Samples {
    static let nonce = Bytes16(repeatElement(3, count: 16))!
    static let key = WebSocketAccept.base64(nonce.bytes)
    let parameters: NetworkParameters
    private(set) var request: [UInt8] = []
    private(set) var answer: [UInt8] = []
    private(set) var first: [UInt8] = []
    private(set) var second: [UInt8] = []
    private(set) var third: [UInt8] = []

    init() {
        guard let pair = try? HandshakePair() else { preconditionFailure("the default parameters are valid") }
        parameters = pair.parameters
        let sent = pair.run().sent
        func bytes(_ step: HandshakePair.Step) -> [UInt8] { Array((sent[step] ?? ByteBuffer()).readableBytesView) }
        request = Array(UpgradeRequest(offered: [1], key: Self.key).encoded(host: "x:1").utf8)
        answer = Array(UpgradeAnswer(version: 1, parameters: parameters).encoded(key: Self.key).utf8)
        (first, second, third) = (bytes(.first), bytes(.second), bytes(.third))
    }
}
