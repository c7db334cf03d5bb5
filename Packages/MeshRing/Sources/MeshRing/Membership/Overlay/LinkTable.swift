import MeshCrypto

/// Which nodes a link stands to, and who dialled it. At most one in each direction.
struct LinkTable: Sendable {
    struct Pair: Equatable {
        /// The endpoint of the link that was dialled from here.
        var dialled: Endpoint?
        /// Whether a link stands that the other end dialled.
        var isAccepted = false

        var isEmpty: Bool { dialled == nil && !isAccepted }
        var isDouble: Bool { dialled != nil && isAccepted }
    }

    private var pairs: [NodeID: Pair] = [:]
    /// All nodes with a link, sorted: dictionaries have no order that a seed could repeat.
    private(set) var peers: [NodeID] = []

    subscript(node: NodeID) -> Pair? { pairs[node] }

    func isLinked(_ node: NodeID) -> Bool { pairs[node] != nil }

    /// A link stands; another one in the same direction is forgotten.
    mutating func up(_ node: NodeID, dialled: Endpoint?) {
        var pair = pairs[node] ?? Pair()
        if let dialled { pair.dialled = dialled } else { pair.isAccepted = true }
        if pairs.updateValue(pair, forKey: node) == nil { peers.insert(node, at: index(of: node)) }
    }

    /// A link is gone. True if it was there.
    mutating func down(_ node: NodeID, dialledByUs: Bool) -> Bool {
        guard var pair = pairs[node] else { return false }
        let before = pair
        if dialledByUs { pair.dialled = nil } else { pair.isAccepted = false }
        pairs[node] = pair.isEmpty ? nil : pair
        if pair.isEmpty { peers.remove(at: index(of: node)) }
        return pair != before
    }

    private func index(of node: NodeID) -> Int {
        var (low, high) = (0, peers.count)
        while low < high {
            let middle = (low + high) / 2
            if peers[middle] < node { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
