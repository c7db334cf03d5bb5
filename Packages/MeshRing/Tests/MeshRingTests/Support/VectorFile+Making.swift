import MeshCrypto
@testable import MeshRing

extension VectorFile {
    /// The vectors as this code computes them. The file was checked once against an implementation of its own.
    static func make() throws -> VectorFile {
        let all = [
            Samples.parameters(), Samples.parameters(laboratory: true), Samples.parameters(replicas: 5, points: 16),
            Samples.parameters(laboratory: true, replicas: 3, points: 16),
        ]
        let records = try makeRecords(in: all[0]) + makeRecords(inLaboratory: all[1])
        return VectorFile(
            about:
                "Network parameters, node records, roster digests, positions and replica sets: see README.md.",
            parameters: all.map(describe), records: records, badRecords: makeBad(from: records[0]),
            rosters: try makeRosters(records, all), positions: (0..<8).map { describe(Samples.user($0)) },
            points: try makePoints(), placements: try makePlacements(all))
    }

    private static func describe(_ parameters: NetworkParameters) -> Parameters {
        Parameters(
            replicas: parameters.replicas, pointsPerNode: parameters.pointsPerNode,
            slotsPerAddress: parameters.slotsPerAddress, laboratory: parameters.laboratory, nonce: parameters.nonce.hex,
            encoded: hex(parameters.encoded()), network: parameters.id.bytes.hex)
    }

    static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    static func hex(_ position: UInt64) -> String {
        let digits = String(position, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func makeRecords(in parameters: NetworkParameters) throws -> [Record] {
        let ipv6 = Samples.endpoint("[2606:4700:1:ab17::2]:4000")
        let both = NodeDescription(
            placementAddress: ipv6.address, slot: 7, protocolVersions: 1...3,
            endpoints: [ipv6, Samples.endpoint("9.9.9.9:443"), Samples.endpoint("[2606:4700:1:ab17::2]:443")],
            software: "mesh-node/0.1.0")
        let one = NodeDescription(at: Samples.endpoint("8.1.2.3:4000"), in: parameters, software: "")
        return try [
            describe(1, one, 1, .active, parameters), describe(2, both, 12_345_678_901, .active, parameters),
            describe(3, one, 2, .left, parameters),
        ]
    }

    private static func makeRecords(inLaboratory parameters: NetworkParameters) throws -> [Record] {
        try (4...6).map {
            let endpoint = Samples.endpoint("127.0.0.1:400\($0)")
            return try describe(
                $0, NodeDescription(at: endpoint, in: parameters, software: "laboratory"), UInt64($0), .active,
                parameters)
        }
    }

    private static func describe(
        _ number: Int, _ description: NodeDescription, _ incarnation: UInt64, _ standing: NodeRecord.Standing,
        _ parameters: NetworkParameters
    ) throws -> Record {
        let identity = Samples.identity(number)
        let record = try NodeRecord(
            description, network: parameters.id, incarnation: incarnation, standing: standing, signedBy: identity)
        return Record(
            seed: identity.copySeed().withUnsafeBytes { hex([UInt8]($0)) }, network: parameters.id.bytes.hex,
            node: identity.id.bytes.hex, incarnation: incarnation, standing: "\(standing)",
            placementAddress: description.placementAddress.description, slot: description.slot,
            protocolVersions: [description.protocolVersions.lowerBound, description.protocolVersions.upperBound],
            endpoints: description.endpoints.map(\.description), software: description.software,
            encoded: hex(record.encoded))
    }

    /// One fault each, at offsets of the first record, which has an IPv4 address and one endpoint.
    private static func makeBad(from good: Record) -> [BadRecord] {
        let bytes = Array(good.encoded)
        func changed(_ reason: String, _ offset: Int, _ value: String) -> BadRecord {
            var bytes = bytes
            bytes.replaceSubrange(offset * 2..<offset * 2 + 2, with: value)
            return BadRecord(reason: reason, encoded: String(bytes))
        }
        return [
            BadRecord(reason: "endsEarly", encoded: String(bytes.dropLast(2))),
            BadRecord(reason: "trailingBytes", encoded: good.encoded + "00"),
            changed("version", 0, "02"), changed("standing", 73, "02"), changed("family", 74, "05"),
            changed("protocolVersions", 81, "02"), changed("tooManyEndpoints", 83, "05"),
            changed("signature", bytes.count / 2 - 1, bytes.suffix(2) == ["0", "0"] ? "01" : "00"),
            changed("signature", 72, "ff"),
        ]
    }

    private static func makeRosters(_ records: [Record], _ all: [NetworkParameters]) throws -> [RosterVector] {
        func roster(_ members: [(Record, NodeState)], _ parameters: NetworkParameters) throws -> RosterVector {
            let reports = try members.map {
                ReportedRecord(try NodeRecord(decoding: bytes($0.0.encoded)), state: $0.1)
            }
            return RosterVector(
                parameters: parameters.id.bytes.hex,
                members: members.map { Member(state: $0.1.description, record: $0.0.encoded) },
                digest: Roster(parameters: parameters, reported: reports, now: 1).digest.hex)
        }
        return try [
            roster([], all[0]), roster([(records[0], .alive), (records[1], .suspect), (records[2], .left)], all[0]),
            roster([(records[0], .alive), (records[1], .down)], all[0]),
            roster([(records[3], .alive), (records[4], .alive), (records[5], .alive)], all[1]),
        ]
    }

    static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16)! }
    }

    private static func describe(_ user: UserID) -> UserPosition {
        UserPosition(user: user.bytes.hex, position: hex(Keyspace.position(of: user)))
    }

    private static func makePoints() throws -> [Points] {
        try [("8.1.2.3", 0), ("8.1.2.3", 7), ("127.0.0.1", 4_001), ("2606:4700:1:ab17::2", 3)].map { text, slot in
            let slot = UInt16(slot)
            let points = Keyspace.points(of: try PlacementAddress(text: text), slot: slot, count: 20)
            return Points(address: text, slot: slot, points: points.map { hex($0) })
        }
    }

    private static func makePlacements(_ all: [NetworkParameters]) throws -> [PlacementVector] {
        let ipv6 = try [
            Placement(node: Samples.node(50), address: PlacementAddress(text: "2606:4700:1:ab17::2"), slot: 0),
            Placement(node: Samples.node(51), address: PlacementAddress(text: "2a01:4700:1:ab17::2"), slot: 1),
        ]
        let shared = (0..<5).map {
            Placement(node: Samples.node(60 + $0), address: .ipv4(0x7f00_0001), slot: UInt16($0 / 3))
        }
        let crowd = (0..<70).map {
            Placement(node: Samples.node(100 + $0), address: .ipv4(0x0801_0000 + UInt32($0)), slot: 0)
        }
        let site = (0..<10).map {
            Placement(
                node: Samples.node(200 + $0), address: .ipv6(high: 0x2606_4700_0001_0000 + UInt64($0) << 8, low: 1),
                slot: 0)
        }
        return [
            describe("prefixes enough for diversity", Samples.placements(0..<20) + ipv6, all[0]),
            describe("fewer nodes than replicas", Samples.placements(0..<3), all[2]),
            describe("places shared by several nodes of one prefix", shared, all[3]),
            describe("more nodes in a /16 and in a /48 than count", crowd + site + Samples.placements(0..<3), all[2]),
        ]
    }

    private static func describe(
        _ about: String, _ placements: [Placement], _ parameters: NetworkParameters
    ) -> PlacementVector {
        let placed = PlacementCaps.select(placements, in: parameters)
        let ring = Ring(placed, in: parameters)
        return PlacementVector(
            about: about, parameters: parameters.id.bytes.hex,
            nodes: placements.map { Node(node: $0.node.bytes.hex, address: $0.address.description, slot: $0.slot) },
            placed: placed.count == placements.count ? nil : placed.map(\.node.bytes.hex).sorted(),
            replicas: (0..<12).map {
                let user = Samples.user($0)
                return ReplicaVector(user: user.bytes.hex, nodes: ring.replicaSet(for: user).map(\.bytes.hex))
            })
    }
}
