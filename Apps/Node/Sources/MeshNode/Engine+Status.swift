public import MeshCrypto
public import MeshRing

extension Engine {
    /// What an operator sees of the node, apart from the store's counts.
    public struct Status: Sendable {
        /// All known members, this node included.
        public var roster: Roster
        /// Links of users and guests.
        public var clientLinks: Int
        /// Other nodes that are linked.
        public var nodeLinks: Int
        /// Whether another member has been alive since the start.
        public var hasJoined: Bool
        /// Members that are known and have not left, this node included.
        public var knownNodes: Int
        /// Members in a place: alive or suspect, this node included.
        public var placedNodes: Int
        /// Messages under way to the store or other nodes.
        public var pendingMessages: Int
        /// How many nodes must have a message on stable storage before it counts as accepted.
        public var neededCopies: Int
        /// Members that count and can't be reached: not linked, though they have not left.
        public var missing: [NodeID]
        /// Members that have gone on naming other placed nodes than this one for a minute.
        public var splitViews: [SplitViewDetector.SplitView]

        /// Whether messages for anybody can be accepted: enough members are linked, this node included.
        public var canAccept: Bool { knownNodes - missing.count >= neededCopies }
    }

    /// The present state, computed when asked.
    public var status: Status {
        let nodes = links.count { $0.isNode }
        return Status(
            roster: membership.roster, clientLinks: links.count - nodes, nodeLinks: nodeLinks.count,
            hasJoined: hasJoined,
            knownNodes: membership.roster.members.count { $0.state != .left },
            placedNodes: membership.roster.members.count { $0.state.isPlaced },
            pendingMessages: appends.count + forwards.count + replications.count, neededCopies: needed,
            missing: missing,
            splitViews: membership.splitViews)
    }

    private var missing: [NodeID] {
        membership.roster.members.filter { member in
            member.node != configuration.node && member.state != .left && nodeLinks[member.node] == nil
        }.map(\.node)
    }
}
