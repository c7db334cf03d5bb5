/// The proof that a leaf is in a ``MerkleTree``: the hashes beside its way to the root.
///
/// Index and count come from whoever gives the proof and are part of what is proven only as far as the path depends on
/// them; take the count from the same signed statement as the root.
public struct MerkleProof: Sendable, Equatable {
    /// The leaf's position, from zero.
    public let index: Int
    /// How many leaves the tree has.
    public let count: Int
    /// The hashes of the nodes beside the way, from the leaf's up to the root.
    public let path: [Bytes32]

    /// Takes a proof from anywhere; ``proves(_:root:)`` judges it.
    public init(index: Int, count: Int, path: [Bytes32]) {
        self.index = index
        self.count = count
        self.path = path
    }

    /// Whether the leaf of this hash is at this index in the tree with this root (RFC 9162, section 2.1.3.2). False for
    /// any proof that makes no sense.
    public func proves(_ leafHash: Bytes32, root: Bytes32) -> Bool {
        guard count > 0, (0..<count).contains(index) else { return false }
        var (position, last) = (index, count - 1)
        var hash = leafHash
        for sibling in path {
            guard last > 0 else { return false }
            if position & 1 == 1 || position == last {
                hash = MerkleTree.nodeHash(sibling, hash)
                // A node without a right neighbour moved up as it was.
                while position & 1 == 0 && position != 0 { (position, last) = (position >> 1, last >> 1) }
            } else {
                hash = MerkleTree.nodeHash(hash, sibling)
            }
            (position, last) = (position >> 1, last >> 1)
        }
        return last == 0 && hash == root
    }
}
