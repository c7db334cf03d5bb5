/// A Merkle tree as RFC 6962 (section 2.1) shapes it, with BLAKE2b-256: one root for many leaves, and for each leaf a
/// short proof that it is among them.
///
/// A leaf's hash is BLAKE2b-256(0x00 | leaf), an inner node's BLAKE2b-256(0x01 | left | right), so that neither can be
/// shown as the other; the root of no leaves is the hash of nothing. Building takes twice as many hashes as leaves.
public struct MerkleTree: Sendable {
    /// From the leaves' hashes up to the root; the last node of an odd level moves up as it is.
    private let levels: [[Bytes32]]

    /// The tree over leaves that were hashed by ``leafHash(_:)-(UnsafeRawBufferPointer)``, in their order.
    public init(leafHashes: [Bytes32]) {
        var levels = [leafHashes]
        while let level = levels.last, level.count > 1 {
            levels.append(
                stride(from: 0, to: level.count, by: 2).map { index in
                    index + 1 < level.count ? Self.nodeHash(level[index], level[index + 1]) : level[index]
                })
        }
        self.levels = levels
    }

    /// The tree over leaves, in their order.
    public init(leaves: some Sequence<[UInt8]>) {
        self.init(leafHashes: leaves.map { Self.leafHash($0) })
    }

    /// How many leaves there are.
    public var count: Int { levels[0].count }

    /// What stands for all leaves and their order.
    public var root: Bytes32 { levels[levels.count - 1].first ?? BLAKE2b(.bytes32).finish32() }

    /// The proof that the leaf at `index` is in the tree; an index outside `0..<count` traps.
    public func proof(at index: Int) -> MerkleProof {
        precondition((0..<count).contains(index), "there is no leaf \(index) of \(count)")
        var position = index
        var path: [Bytes32] = []
        for level in levels.dropLast() {
            let sibling = position ^ 1
            if sibling < level.count { path.append(level[sibling]) }
            position /= 2
        }
        return MerkleProof(index: index, count: count, path: path)
    }

    /// The proof that the leaves of `range` stand there, one behind the other; an empty range, or one outside
    /// `0..<count`, traps.
    public func proof(of range: Range<Int>) -> MerkleRange {
        precondition(!range.isEmpty && range.lowerBound >= 0 && range.upperBound <= count, "no leaves \(range)")
        var known = range
        var hashes: [Bytes32] = []
        for level in levels.dropLast() {
            let beside = MerkleRange.beside(known, in: level.count)
            if beside.left { hashes.append(level[known.lowerBound - 1]) }
            if beside.right { hashes.append(level[known.upperBound]) }
            known = MerkleRange.above(known)
        }
        return MerkleRange(first: range.lowerBound, treeCount: count, hashes: hashes)
    }

    /// The hash of a leaf.
    public static func leafHash(_ leaf: UnsafeRawBufferPointer) -> Bytes32 {
        var hasher = BLAKE2b(.bytes32)
        hasher.feed(UInt8(0))
        hasher.update(leaf)
        return hasher.finish32()
    }

    /// The hash of a leaf.
    public static func leafHash(_ leaf: [UInt8]) -> Bytes32 {
        leaf.withUnsafeBytes { leafHash($0) }
    }

    static func nodeHash(_ left: Bytes32, _ right: Bytes32) -> Bytes32 {
        var hasher = BLAKE2b(.bytes32)
        hasher.feed(UInt8(1))
        hasher.feed(left)
        hasher.feed(right)
        return hasher.finish32()
    }
}
