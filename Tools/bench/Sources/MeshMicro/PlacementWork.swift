import MeshCrypto
import MeshRing

/// The replica sets of users among 100 nodes.
struct PlacementWork: MicroWork {
    static let name = "place-lookup"
    static let count = 2_000
    private static let nodes = 100
    private let ring: Ring
    private let users: [UserID]

    init() throws {
        let parameters = try NetworkParameters(laboratory: true, nonce: Bytes16())
        let placements = (0..<Self.nodes).map { number in
            Placement(
                node: NodeID(trusted: Bytes32(Samples.bytes(32, number: number))!),
                address: .ipv4(0x0a00_0001 + UInt32(number) << 16), slot: UInt16(number))
        }
        ring = Ring(placements, in: parameters)
        users = (0..<100).map(Samples.user)
    }

    mutating func run(_ count: Int) throws {
        var total = 0
        for index in 0..<count { total += ring.replicaSet(for: users[index % users.count]).count }
        precondition(total == count * 3, "each user has three places")
    }
}
