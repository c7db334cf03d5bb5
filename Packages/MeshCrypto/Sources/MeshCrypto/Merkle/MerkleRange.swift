/// The proof that leaves stand one behind the other in a ``MerkleTree``: the hashes of the nodes beside their ways to the
/// root, level by level, the left one first.
///
/// However many leaves it covers, it has at most two hashes a level; what it proves of some of them can be cut out by
/// whoever knows the leaves.
public struct MerkleRange: Sendable, Equatable {
    /// Most leaves of a tree whose ranges are proven here: more than one commit of a store holds.
    public static let maximumLeaves = 1 << 16
    /// Most hashes: two for each level of the largest tree.
    public static let maximumHashes = 2 * 16

    /// The first leaf's position, from zero.
    public let first: Int
    /// How many leaves the tree has.
    public let treeCount: Int
    /// The nodes beside the way.
    public let hashes: [Bytes32]

    /// Takes a proof from anywhere; ``root(of:)`` gives what it amounts to.
    public init(first: Int, treeCount: Int, hashes: [Bytes32]) {
        self.first = first
        self.treeCount = treeCount
        self.hashes = hashes
    }

    /// The root of the tree in which leaves of these hashes stand at this place; nil for what makes no sense. The proof
    /// holds if it is the root that was signed.
    public func root(of leafHashes: [Bytes32]) -> Bytes32? {
        levels(over: leafHashes)?.last?.nodes.first
    }

    /// The proof for some of the leaves alone.
    ///
    /// - Parameters:
    ///   - range: places within `leafHashes`, not empty.
    ///   - leafHashes: all leaves that this proof is about.
    /// - Returns: nil if this proof makes no sense, or the range isn't part of it.
    public func narrowed(to range: Range<Int>, of leafHashes: [Bytes32]) -> MerkleRange? {
        narrowed(to: [range], of: leafHashes)?.first
    }

    /// The proofs for several parts of the leaves, each by itself; the way up is hashed once for all of them.
    ///
    /// - Parameters:
    ///   - ranges: places within `leafHashes`, none empty.
    ///   - leafHashes: all leaves that this proof is about.
    /// - Returns: one for each range; nil if this proof makes no sense, or a range isn't part of it.
    public func narrowed(to ranges: [Range<Int>], of leafHashes: [Bytes32]) -> [MerkleRange]? {
        let isPart = ranges.allSatisfy { range in
            !range.isEmpty && range.lowerBound >= 0 && range.upperBound <= leafHashes.count
        }
        guard isPart, let levels = levels(over: leafHashes) else { return nil }
        return ranges.map { part($0, levels) }
    }

    private func part(_ range: Range<Int>, _ levels: [Level]) -> MerkleRange {
        var known = first + range.lowerBound..<first + range.upperBound
        var hashes: [Bytes32] = []
        for level in levels.dropLast() {
            let beside = Self.beside(known, in: level.count)
            if beside.left { hashes.append(level.nodes[known.lowerBound - 1 - level.first]) }
            if beside.right { hashes.append(level.nodes[known.upperBound - level.first]) }
            known = Self.above(known)
        }
        return MerkleRange(first: first + range.lowerBound, treeCount: treeCount, hashes: hashes)
    }

    /// What is known of one level of the tree.
    private struct Level {
        /// Of the whole level.
        let count: Int
        /// The place of the first known node.
        let first: Int
        let nodes: [Bytes32]
    }

    /// The known nodes with those beside them, from the leaves up to the root; nil if the hashes aren't just enough.
    private func levels(over leafHashes: [Bytes32]) -> [Level]? {
        guard (1...Self.maximumLeaves).contains(treeCount), first >= 0, !leafHashes.isEmpty,
            first <= treeCount - leafHashes.count
        else { return nil }
        var levels: [Level] = []
        var (left, count, nodes, rest) = (first, treeCount, leafHashes, hashes[...])
        while count > 1 {
            let beside = Self.beside(left..<left + nodes.count, in: count)
            guard rest.count >= (beside.left ? 1 : 0) + (beside.right ? 1 : 0) else { return nil }
            if beside.left {
                nodes.insert(rest.removeFirst(), at: 0)
                left -= 1
            }
            if beside.right { nodes.append(rest.removeFirst()) }
            levels.append(Level(count: count, first: left, nodes: nodes))
            nodes = stride(from: 0, to: nodes.count, by: 2).map { index in
                // Only the last node of an odd level has nobody beside it, and moves up as it is.
                index + 1 < nodes.count ? MerkleTree.nodeHash(nodes[index], nodes[index + 1]) : nodes[index]
            }
            (left, count) = (left / 2, (count + 1) / 2)
        }
        guard rest.isEmpty else { return nil }
        return levels + [Level(count: 1, first: 0, nodes: nodes)]
    }

    /// Whether the nodes beside these are needed to hash the level above.
    static func beside(_ known: Range<Int>, in count: Int) -> (left: Bool, right: Bool) {
        (known.lowerBound & 1 == 1, known.upperBound & 1 == 1 && known.upperBound < count)
    }

    /// Where these nodes' parents stand.
    static func above(_ known: Range<Int>) -> Range<Int> { known.lowerBound / 2..<(known.upperBound + 1) / 2 }
}
