import MeshCrypto
import MeshRing

/// Where a user's messages are: computed from the roster alone.
struct UserSet: Equatable, Sendable {
    /// The replica set among placed nodes, the residence first; behind it those that would be in the set if nobody were
    /// down, which may hold messages from before.
    private(set) var members: [NodeID] = []
    /// How many of them are the replica set.
    private(set) var placedCount = 0

    init() {}

    /// - Parameters:
    ///   - ring: the ring of placed nodes.
    ///   - withDown: the ring of all that haven't left; nil where nobody is down.
    init(ring: Ring, withDown: Ring?, user: UserID) {
        members = Array(ring.replicaSet(for: user))
        placedCount = members.count
        guard let withDown else { return }
        for node in withDown.replicaSet(for: user) where !members.contains(node) { members.append(node) }
    }

    var residence: NodeID? { placedCount > 0 ? members[0] : nil }

    /// The place in the order of preference; nodes outside come behind all members.
    func rank(of node: NodeID) -> Int { members.firstIndex(of: node) ?? members.count }
}
