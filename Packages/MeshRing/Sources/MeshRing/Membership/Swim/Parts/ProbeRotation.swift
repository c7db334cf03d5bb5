import MeshCrypto

/// In which order members are probed: each once in a random order, then in a new one (SWIM, 4.3). New members come in
/// at a random place of what is left.
struct ProbeRotation: Sendable {
    private var remaining: [NodeID] = []

    /// The next one; nil at a turn's end.
    mutating func next() -> NodeID? { remaining.popLast() }

    /// Begins a new turn.
    mutating func refill(_ nodes: [NodeID], _ random: inout SeededGenerator) {
        remaining = random.sample(nodes, nodes.count)
    }

    mutating func insert(_ node: NodeID, _ random: inout SeededGenerator) {
        remaining.insert(node, at: Int(random.below(UInt64(remaining.count + 1))))
    }
}
