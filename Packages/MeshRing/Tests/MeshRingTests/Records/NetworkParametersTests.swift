import MeshCrypto
import Testing

@testable import MeshRing

@Suite struct NetworkParametersTests {
    let parameters = Samples.parameters()

    @Test("parameters, encoded and decoded, are the same and have the same id")
    func roundTrip() throws {
        let encoded = parameters.encoded()
        #expect(encoded.count == NetworkParameters.encodedBytes)
        let decoded = try NetworkParameters(decoding: encoded)
        #expect(decoded == parameters)
        #expect(decoded.id == parameters.id)
    }

    @Test("any other parameter gives another id")
    func idCoversAll() throws {
        let nonce = Bytes16()
        let all = try [
            parameters, NetworkParameters(laboratory: false, nonce: nonce),
            NetworkParameters(laboratory: true, nonce: nonce),
            NetworkParameters(replicas: 5, laboratory: false, nonce: nonce),
            NetworkParameters(pointsPerNode: 100, laboratory: false, nonce: nonce),
            NetworkParameters(slotsPerAddress: 4, laboratory: false, nonce: nonce),
        ]
        #expect(Set(all.map(\.id)).count == all.count)
    }

    @Test("parameters out of bounds are refused by name")
    func bounds() {
        let nonce = Bytes16()
        #expect(throws: NetworkParametersError.replicas(got: 0, allowed: 1...7)) {
            try NetworkParameters(replicas: 0, laboratory: false, nonce: nonce)
        }
        #expect(throws: NetworkParametersError.replicas(got: 8, allowed: 1...7)) {
            try NetworkParameters(replicas: 8, laboratory: false, nonce: nonce)
        }
        #expect(throws: NetworkParametersError.pointsPerNode(got: 513, allowed: 1...512)) {
            try NetworkParameters(pointsPerNode: 513, laboratory: false, nonce: nonce)
        }
        #expect(throws: NetworkParametersError.slotsPerAddress(got: 65, allowed: 1...64)) {
            try NetworkParameters(slotsPerAddress: 65, laboratory: false, nonce: nonce)
        }
    }

    @Test("any 24 bytes give parameters that encode to the same bytes, or an error")
    func decoderIsTotal() {
        var random = SeededGenerator(seed: 3)
        var decoded = 0
        for _ in 0..<100_000 {
            var bytes = parameters.encoded()
            for _ in 0...random.below(3) { bytes[Int(random.below(24))] = UInt8(random.below(4)) }
            if random.below(50) == 0 { bytes.removeLast() }
            guard let parameters = try? NetworkParameters(decoding: bytes) else { continue }
            decoded += 1
            #expect(parameters.encoded() == bytes)
        }
        #expect(decoded > 1_000)
    }

    @Test(
        "the write quorum is more than half of the replicas",
        arguments: [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (7, 4)])
    func quorum(replicas: UInt8, quorum: Int) {
        #expect(Samples.parameters(replicas: replicas).writeQuorum == quorum)
    }
}
