public import MeshCrypto

/// A node and the place it takes: everything that placement looks at.
public struct Placement: Hashable, Sendable {
    /// The node.
    public let node: NodeID
    /// The address that its place is made of.
    public let address: PlacementAddress
    /// Which of the places of that address it takes.
    public let slot: UInt16

    /// Takes the parts as they are.
    public init(node: NodeID, address: PlacementAddress, slot: UInt16) {
        self.node = node
        self.address = address
        self.slot = slot
    }

    /// What a record claims.
    public init(_ record: NodeRecord) {
        self.init(node: record.node, address: record.placementAddress, slot: record.slot)
    }

    var place: Place { Place(key: address.placementKey, slot: slot) }
}

/// One place on the circle; all its points come from these two. Several nodes may claim it.
struct Place: Hashable, Comparable {
    let key: PlacementKey
    let slot: UInt16

    static func < (left: Place, right: Place) -> Bool { (left.key, left.slot) < (right.key, right.slot) }
}
