public import MeshCrypto

/// The nodes that hold a user's queue, the residence first: up to 7 ids in the value itself, without heap memory.
public struct ReplicaSet: Sendable {
    private var nodes = InlineArray<7, NodeID>(repeating: NodeID(trusted: Bytes32()))
    /// How many nodes there are: R, or all where the network has fewer.
    public private(set) var count = 0

    init() {}

    mutating func append(_ node: NodeID) {
        nodes[count] = node
        count += 1
    }

    /// The first of the set, which delivers to the user's client; nil in an empty network.
    public var residence: NodeID? { count > 0 ? nodes[0] : nil }
}

extension ReplicaSet: RandomAccessCollection {
    /// Always 0.
    public var startIndex: Int { 0 }
    /// The number of nodes.
    public var endIndex: Int { count }

    /// The node at this place of the set.
    public subscript(position: Int) -> NodeID {
        precondition(position >= 0 && position < count, "a replica set of \(count) has no member \(position)")
        return nodes[position]
    }
}

extension ReplicaSet: Hashable, CustomStringConvertible {
    /// Equal members in equal order.
    public static func == (left: ReplicaSet, right: ReplicaSet) -> Bool { left.elementsEqual(right) }

    /// Feeds the members in order.
    public func hash(into hasher: inout Hasher) {
        for node in self { hasher.combine(node) }
    }

    /// The members' ids in order.
    public var description: String { "[\(map(\.description).joined(separator: ", "))]" }
}
