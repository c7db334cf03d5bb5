import MeshCrypto

/// Dials for proof by introducer: how many are under way, and which candidates wait for one of them to end. As many may
/// be under way as the introducer has credit for failures, so that none can cause more than that.
struct ProofQueue: Sendable {
    private var underWay: [NodeID?: Int] = [:]
    private var waiting: [NodeID?: [NodeID]] = [:]
    private var waitingSet: Set<NodeID> = []

    func underWayCount(for introducer: NodeID?) -> Int { underWay[introducer, default: 0] }

    mutating func begin(for introducer: NodeID?) { underWay[introducer, default: 0] += 1 }

    mutating func end(for introducer: NodeID?) {
        let count = underWay[introducer, default: 1] - 1
        underWay[introducer] = count == 0 ? nil : count
    }

    mutating func wait(_ node: NodeID, for introducer: NodeID?) {
        guard waitingSet.insert(node).inserted else { return }
        waiting[introducer, default: []].append(node)
    }

    /// The next one of this introducer's, if any waits.
    mutating func next(of introducer: NodeID?) -> NodeID? {
        while let node = waiting[introducer]?.popLast() {
            if waiting[introducer]!.isEmpty { waiting[introducer] = nil }
            if waitingSet.remove(node) != nil { return node }
        }
        return nil
    }

    mutating func remove(_ node: NodeID, of introducer: NodeID?) {
        guard waitingSet.remove(node) != nil else { return }
        waiting[introducer]?.removeAll { $0 == node }
        if waiting[introducer]?.isEmpty ?? false { waiting[introducer] = nil }
    }
}
