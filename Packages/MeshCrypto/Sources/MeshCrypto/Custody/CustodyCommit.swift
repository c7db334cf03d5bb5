/// One commit of a node's storage, signed: everything that it wrote at once stands under one Merkle root, so that a
/// signature costs the same for one message as for a thousand.
///
/// Signed (Ed25519 by the node, context `mesh custody 1`, see ``SecretIdentity/sign(_:context:)``) are the 116 bytes:
/// network 32 | node 32 | number 8 | time 8 | leaf count 4 | root 32. Integers are big-endian.
public struct CustodyCommit: Hashable, Sendable {
    static let context = "mesh custody 1"

    /// Who signed.
    public let node: NodeID
    /// The commit's number, never used twice by one node.
    public let number: UInt64
    /// The node's time at the commit, in milliseconds since 1970.
    public let timeMilliseconds: UInt64
    /// How many entries the tree has, at least one.
    public let leafCount: UInt32
    /// The node's signature, 64 bytes.
    public let signature: Bytes64

    /// Takes a statement from anywhere; ``isSigned(over:network:)`` judges it.
    public init(node: NodeID, number: UInt64, timeMilliseconds: UInt64, leafCount: UInt32, signature: Bytes64) {
        self.node = node
        self.number = number
        self.timeMilliseconds = timeMilliseconds
        self.leafCount = leafCount
        self.signature = signature
    }

    /// Signs a commit with the given entries' tree.
    public init(
        signing tree: MerkleTree, number: UInt64, timeMilliseconds: UInt64, network: NetworkID, by node: NodeIdentity
    ) {
        let leafCount = UInt32(tree.count)
        let text = Self.text(
            network: network, node: node.id, number: number, timeMilliseconds: timeMilliseconds, leafCount: leafCount,
            root: tree.root)
        self.init(
            node: node.id, number: number, timeMilliseconds: timeMilliseconds, leafCount: leafCount,
            signature: node.sign(text, context: Self.context))
    }

    /// Whether the node has signed this commit with this root in this network.
    public func isSigned(over root: Bytes32, network: NetworkID) -> Bool {
        node.verifies(
            signature,
            of: Self.text(
                network: network, node: node, number: number, timeMilliseconds: timeMilliseconds, leafCount: leafCount,
                root: root), context: Self.context)
    }

    private static func text(
        network: NetworkID, node: NodeID, number: UInt64, timeMilliseconds: UInt64, leafCount: UInt32, root: Bytes32
    ) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 116) { memory, count in
            var writer = ByteWriter(UnsafeMutableRawBufferPointer(memory))
            writer.put(network.bytes)
            writer.put(node.bytes)
            writer.put(number)
            writer.put(timeMilliseconds)
            writer.put(leafCount)
            writer.put(root)
            count = 116
        }
    }
}
