import MeshCrypto

/// Which nodes a link stands to, who dialled it, and when and with which digest they were heard. At most one link in
/// each direction.
struct LinkTable: Sendable {
    struct Pair: Equatable, Sendable {
        /// The endpoint of the link that was dialled from here.
        var dialled: Endpoint?
        /// Whether a link stands that the other end dialled.
        var isAccepted = false

        var isEmpty: Bool { dialled == nil && !isAccepted }
        var isDouble: Bool { dialled != nil && isAccepted }
    }

    /// A digest that a peer told.
    struct Told: Equatable, Sendable {
        let digest: Bytes16
        let at: UInt64
    }

    /// All that each message looks at, in one place.
    private struct Peer: Sendable {
        var pair = Pair()
        /// When it was heard last, linked or not; 0 if that doesn't matter.
        var heardAt: UInt64 = 0
        /// The latest digest that it told, while it is linked.
        var told: Told?

        var isForgotten: Bool { pair.isEmpty && heardAt == 0 }
    }

    private var known: NodeMap<Peer>
    /// All nodes with a link, sorted: dictionaries have no order that a seed could repeat.
    private(set) var peers: [NodeID] = []

    init(key: UInt64) {
        known = NodeMap(key: key)
    }

    subscript(node: NodeID) -> Pair? { known[node].flatMap { $0.pair.isEmpty ? nil : $0.pair } }

    func isLinked(_ node: NodeID) -> Bool { known[node].map { !$0.pair.isEmpty } ?? false }

    /// A link stands; another one in the same direction is forgotten.
    mutating func up(_ node: NodeID, dialled: Endpoint?) {
        if !isLinked(node) { peers.insert(node, at: index(of: node)) }
        if let dialled {
            known[node, default: Peer()].pair.dialled = dialled
        } else {
            known[node, default: Peer()].pair.isAccepted = true
        }
    }

    /// A link is gone. True if it was there.
    mutating func down(_ node: NodeID, dialledByUs: Bool) -> Bool {
        guard var peer = known[node], !peer.pair.isEmpty else { return false }
        let before = peer.pair
        if dialledByUs { peer.pair.dialled = nil } else { peer.pair.isAccepted = false }
        if peer.pair.isEmpty {
            peer.told = nil
            peers.remove(at: index(of: node))
        }
        known[node] = peer.isForgotten ? nil : peer
        return peer.pair != before
    }

    /// Where a peer stands in ``peers``; nil without a link.
    func index(ofPeer node: NodeID) -> Int? { isLinked(node) ? index(of: node) : nil }

    private func index(of node: NodeID) -> Int {
        var (low, high) = (0, peers.count)
        while low < high {
            let middle = (low + high) / 2
            if peers[middle] < node { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

// Who was heard when, and with what.
extension LinkTable {
    /// When a node was heard last; 0 if never, or long ago.
    func heardAt(_ node: NodeID) -> UInt64 { known[node]?.heardAt ?? 0 }

    mutating func hear(_ node: NodeID, at time: UInt64) { known[node, default: Peer()].heardAt = time }

    /// It doesn't matter any more when a node was heard.
    mutating func forgetHearing(_ node: NodeID) {
        known[node]?.heardAt = 0
        if known[node]?.isForgotten ?? false { known[node] = nil }
    }

    /// The latest digest that a linked node told.
    func told(by node: NodeID) -> Told? { known[node]?.told }

    /// Takes a digest; false without a link.
    mutating func hear(_ digest: Bytes16, from node: NodeID, at time: UInt64) -> Bool {
        guard isLinked(node) else { return false }
        known[node]?.told = Told(digest: digest, at: time)
        return true
    }

    /// Those whose digests fit, in the order of node ids.
    func peers(whoTold fits: (Told) -> Bool) -> [NodeID] {
        var found: [NodeID] = []
        known.forEach { node, peer in if let told = peer.told, fits(told) { found.append(node) } }
        return found.sorted()
    }
}
