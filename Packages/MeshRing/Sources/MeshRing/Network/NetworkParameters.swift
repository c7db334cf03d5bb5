public import MeshCrypto

/// What every node and client of one network computes with. Set by whoever founds it, taken over by who joins; the
/// hash of them is the network's id.
public struct NetworkParameters: Hashable, Sendable {
    /// How many replicas a user's queue has: R, 1…7.
    public let replicas: UInt8
    /// How many points each node has on the circle: V, 1…512.
    public let pointsPerNode: UInt16
    /// How many nodes one address may have places for: slots 0…(this − 1), 1…64. In a laboratory slots are free.
    public let slotsPerAddress: UInt8
    /// Whether the network stands on loopback or private addresses, where diversity and caps protect nothing.
    public let laboratory: Bool
    /// Drawn when the network was founded; keeps networks with equal parameters apart.
    public let nonce: Bytes16

    /// DESIGN: one lost and one lying holder leave one honest copy.
    public static let defaultReplicas: UInt8 = 3
    /// More copies than this cost every message more than they protect, and the set stays a small inline value.
    public static let maximumReplicas: UInt8 = 7
    /// Measured (README, "Balance"): the smallest power of two that keeps the busiest of 100, 1,000 and 5,000 nodes
    /// under 1.25 times the mean in every draw of addresses that was tried; 128 fail in a tenth of them at 1,000 nodes.
    public static let defaultPointsPerNode: UInt16 = 256
    /// 512 points of 10,000 nodes take 80 MB; a founder can't make its joiners spend more.
    public static let maximumPointsPerNode: UInt16 = 512
    /// One address holds at most this many places, whatever the keys and ports behind it.
    public static let defaultSlotsPerAddress: UInt8 = 8
    /// Beyond this an address would weigh as much as a whole IPv4 /16 may.
    public static let maximumSlotsPerAddress: UInt8 = 64

    /// Takes parameters within their bounds.
    public init(
        replicas: UInt8 = defaultReplicas, pointsPerNode: UInt16 = defaultPointsPerNode,
        slotsPerAddress: UInt8 = defaultSlotsPerAddress, laboratory: Bool, nonce: Bytes16
    ) throws(NetworkParametersError) {
        guard (1...Self.maximumReplicas).contains(replicas) else {
            throw .replicas(got: replicas, allowed: 1...Self.maximumReplicas)
        }
        guard (1...Self.maximumPointsPerNode).contains(pointsPerNode) else {
            throw .pointsPerNode(got: pointsPerNode, allowed: 1...Self.maximumPointsPerNode)
        }
        guard (1...Self.maximumSlotsPerAddress).contains(slotsPerAddress) else {
            throw .slotsPerAddress(got: slotsPerAddress, allowed: 1...Self.maximumSlotsPerAddress)
        }
        self.replicas = replicas
        self.pointsPerNode = pointsPerNode
        self.slotsPerAddress = slotsPerAddress
        self.laboratory = laboratory
        self.nonce = nonce
    }

    /// How many members must hold a message on stable storage before it counts as accepted: W = ⌊R/2⌋ + 1.
    public var writeQuorum: Int { Int(replicas) / 2 + 1 }
}

// What the network allows as an address and a slot.
extension NetworkParameters {
    /// Whether an address is of this network's kind: global, or in a laboratory loopback, private or link-local. Others
    /// are neither placed nor dialled.
    public func admits(_ address: PlacementAddress) -> Bool {
        switch address.kind {
        case .global: !laboratory
        case .laboratory: laboratory
        case .refused: false
        }
    }

    /// Whether a slot is one of this network's: 0…`slotsPerAddress` − 1, any in a laboratory.
    public func admits(slot: UInt16) -> Bool {
        laboratory || slot < UInt16(slotsPerAddress)
    }

    /// The slot a node takes unless its operator says otherwise: 0, in a laboratory its port.
    public func defaultSlot(port: UInt16) -> UInt16 {
        laboratory ? port : 0
    }
}
