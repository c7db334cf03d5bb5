import MeshCrypto
@testable import MeshRing

/// Keys, parameters and records for tests, all from numbers.
enum Samples {
    static let now: UInt64 = 1_800_000_000_000

    static func identity(_ number: Int) -> NodeIdentity {
        var bytes = Hash.blake2b32(context: "test node", UInt64(number)).bytes
        return NodeIdentity(seed: SecretBytes(taking: &bytes))
    }

    /// A valid user id would cost a curve operation each; placement takes any bytes.
    static func user(_ number: Int) -> UserID {
        UserID(trusted: Hash.blake2b32(context: "test user", UInt64(number)))
    }

    /// An id for placement alone.
    static func node(_ number: Int) -> NodeID {
        NodeID(trusted: Hash.blake2b32(context: "test id", UInt64(number)))
    }

    static func parameters(
        laboratory: Bool = false, replicas: UInt8 = 3, points: UInt16 = NetworkParameters.defaultPointsPerNode
    ) -> NetworkParameters {
        try! NetworkParameters(
            replicas: replicas, pointsPerNode: points, laboratory: laboratory,
            nonce: Bytes16(hex: "000102030405060708090a0b0c0d0e0f")!)
    }

    /// A global IPv4 address, each in a /16 of its own for the first 20,000 numbers or so.
    static func address(_ number: Int) -> PlacementAddress {
        var generator = SeededGenerator(seed: UInt64(number))
        while true {
            let address = PlacementAddress.ipv4(UInt32(truncatingIfNeeded: generator.next()))
            if address.kind == .global { return address }
        }
    }

    static func placements(_ numbers: Range<Int>) -> [Placement] {
        numbers.map { Placement(node: node($0), address: address($0), slot: 0) }
    }

    static func endpoint(_ text: String) -> Endpoint { try! Endpoint(text: text) }

    static func record(
        _ number: Int, at endpoint: Endpoint = endpoint("127.0.0.1:4001"), incarnation: UInt64 = 1,
        standing: NodeRecord.Standing = .active, in parameters: NetworkParameters = parameters(laboratory: true)
    ) -> NodeRecord {
        try! NodeRecord(
            NodeDescription(at: endpoint, in: parameters, software: "test/1"), network: parameters.id,
            incarnation: incarnation, standing: standing, signedBy: identity(number))
    }
}
