import MeshCrypto
import Testing

@testable import MeshRing

@Suite struct NodeRecordTests {
    let parameters = Samples.parameters(laboratory: true)

    @Test("a record, signed, encoded and decoded, is the same and its signature fits")
    func roundTrip() throws {
        let record = Samples.record(1)
        let decoded = try NodeRecord(decoding: record.encoded)
        #expect(decoded == record)
        #expect(decoded.description == record.description)
        #expect(decoded.node == Samples.identity(1).id)
        try decoded.check(in: parameters)
    }

    @Test("the largest record has exactly the stated bound")
    func largest() throws {
        let address = try PlacementAddress(text: "fd00::1")
        let description = NodeDescription(
            placementAddress: address, slot: 65_535, protocolVersions: 1...255,
            endpoints: (1...4).map { Endpoint(address: address, port: $0)! },
            software: String(repeating: "x", count: 32))
        let record = try NodeRecord(
            description, network: parameters.id, incarnation: .max, signedBy: Samples.identity(1))
        #expect(record.encoded.count == NodeRecord.maximumEncodedBytes)
        #expect(try NodeRecord(decoding: record.encoded) == record)
        #expect(throws: NodeRecordError.tooLong(got: 270, allowed: 269)) {
            try NodeRecord(decoding: record.encoded + [0])
        }
    }

    @Test("a record with any bit flipped is no record, or its signature doesn't fit")
    func flippedBits() throws {
        let record = Samples.record(1)
        for bit in 0..<(record.encoded.count * 8) {
            var bytes = record.encoded
            bytes[bit / 8] ^= 1 << (bit % 8)
            guard let changed = try? NodeRecord(decoding: bytes) else { continue }
            #expect(!changed.isSigned, "bit \(bit)")
        }
    }

    @Test("mutated records, decoded, encode to the same bytes or give a named error; none has a fitting signature")
    func decoderIsTotal() {
        var random = SeededGenerator(seed: 11)
        let records = (1...8).map { Samples.record($0).encoded }
        var decoded = 0
        for round in 0..<100_000 {
            var bytes = records[round % records.count]
            for _ in 0...random.below(4) { mutate(&bytes, &random) }
            guard let record = try? NodeRecord(decoding: bytes) else { continue }
            decoded += 1
            #expect(record.encoded == bytes)
            if round.isMultiple(of: 100), !records.contains(bytes) { #expect(!record.isSigned) }
        }
        #expect(decoded > 1_000)
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
        guard !bytes.isEmpty else { return }
        let at = Int(random.below(UInt64(bytes.count)))
        switch random.below(5) {
        case 0: bytes[at] ^= 1 << UInt8(random.below(8))
        case 1: bytes[at] = [0, 1, 4, 6, 127, 255][Int(random.below(6))]
        case 2: bytes.remove(at: at)
        case 3: bytes.insert(UInt8(random.below(256)), at: at)
        default: bytes.removeLast(Int(random.below(20)) % bytes.count)
        }
    }

    @Test("descriptions that make no record are refused by name")
    func badDescriptions() {
        var description = NodeDescription(at: Samples.endpoint("127.0.0.1:1"), in: parameters, software: "x")
        func error() -> NodeRecordError? {
            do {
                _ = try NodeRecord(description, network: parameters.id, incarnation: 1, signedBy: Samples.identity(1))
                return nil
            } catch { return error }
        }
        #expect(error() == nil)
        description.software = String(repeating: "x", count: 33)
        #expect(error() == .softwareTooLong(got: 33, allowed: 32))
        description.software = "\u{1b}[2J"
        #expect(error() == .softwareNotVisible)
        description.software = ""
        description.endpoints = (1...5).map { Endpoint(address: .ipv4(0x7f00_0001), port: $0)! }
        #expect(error() == .tooManyEndpoints(got: 5, allowed: 4))
        description.endpoints = [Samples.endpoint("127.0.0.1:1"), Samples.endpoint("127.0.0.1:1")]
        #expect(error() == .repeatedEndpoint(Samples.endpoint("127.0.0.1:1")))
    }

    @Test("records that a network has no use for are refused by name")
    func refusals() throws {
        func refusal(_ record: NodeRecord, in parameters: NetworkParameters) -> NodeRecordRefusal? {
            do { try record.check(in: parameters) } catch { return error }
            return nil
        }
        let record = Samples.record(1)
        #expect(refusal(record, in: parameters) == nil)
        let other = Samples.parameters(laboratory: true, replicas: 5)
        #expect(refusal(record, in: other) == .foreignNetwork(parameters.id))
        let global = Samples.parameters()
        let misplaced = Samples.record(1, at: Samples.endpoint("127.0.0.1:1"), in: global)
        #expect(refusal(misplaced, in: global) == .address(.ipv4(0x7f00_0001), .laboratory))
        let description = NodeDescription(
            placementAddress: Samples.address(1), slot: 8, endpoints: [Endpoint(address: Samples.address(1), port: 1)!],
            software: "")
        let slot = try NodeRecord(description, network: global.id, incarnation: 1, signedBy: Samples.identity(1))
        #expect(refusal(slot, in: global) == .slot(got: 8, allowed: 0...7))
        var elsewhere = description
        elsewhere.slot = 0
        elsewhere.endpoints = [Endpoint(address: Samples.address(2), port: 1)!]
        let unproven = try NodeRecord(elsewhere, network: global.id, incarnation: 1, signedBy: Samples.identity(1))
        #expect(refusal(unproven, in: global) == .noProvingEndpoint(Samples.address(1)))
    }

    @Test("a record supersedes by incarnation, then by leaving, then by bytes; never itself")
    func superseding() {
        let first = Samples.record(1, incarnation: 1)
        let second = Samples.record(1, incarnation: 2)
        let left = Samples.record(1, incarnation: 2, standing: .left)
        let twin = Samples.record(1, at: Samples.endpoint("127.0.0.1:9"), incarnation: 1)
        #expect(second.supersedes(first) && !first.supersedes(second))
        #expect(left.supersedes(second) && !second.supersedes(left))
        #expect(!first.supersedes(first))
        #expect(twin.supersedes(first) != first.supersedes(twin))
    }
}
