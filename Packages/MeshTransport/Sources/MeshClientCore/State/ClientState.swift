public import MeshCrypto
public import MeshRing

/// What a client keeps from one run to the next. Public knowledge, except that it shows whose client it is.
public struct ClientState: Equatable, Sendable {
    /// Network, nodes and their last known states; nil before a network is known.
    public var roster: Roster?
    /// Which node proved itself at start addresses that name none, by location, sorted by it.
    public internal(set) var startNodes: [StartNode] = []
    /// Nodes that were in the user's set and haven't been asked since, sorted by node id.
    public internal(set) var formerMembers: [FormerMember] = []

    /// A node that was believed at a start address.
    public struct StartNode: Hashable, Sendable {
        /// ``StartAddress/location``: `HOST:PORT`.
        public let location: String
        /// Who answered there first.
        public var node: NodeID
    }

    /// A node that may hold messages from the time when it was in the set.
    public struct FormerMember: Hashable, Sendable {
        /// The node.
        public let node: NodeID
        /// When it left the set; milliseconds since 1970.
        public var sinceMilliseconds: UInt64
    }

    /// Nothing known.
    public init() {}

    /// Knowing a roster, and nothing else.
    public init(roster: Roster) {
        self.roster = roster
    }
}

extension ClientState {
    /// Who was believed at a location.
    public func startNode(at location: String) -> NodeID? {
        startNodes.first { $0.location == location }?.node
    }

    /// Believes a node at a location; the table holds ``ClientLimits/startAddresses`` × 4 and then forgets the first.
    mutating func believe(_ node: NodeID, at location: String) {
        startNodes.removeAll { $0.location == location }
        if startNodes.count >= Self.maximumStartNodes { startNodes.removeFirst() }
        let index = startNodes.firstIndex { $0.location > location } ?? startNodes.endIndex
        startNodes.insert(StartNode(location: location, node: node), at: index)
    }

    /// Remembers a node that left the set; beyond ``ClientLimits/formerMembers`` the oldest goes.
    mutating func addFormer(_ node: NodeID, since: UInt64) {
        formerMembers.removeAll { $0.node == node }
        if formerMembers.count >= ClientLimits.formerMembers,
            let oldest = formerMembers.indices.min(by: {
                formerMembers[$0].sinceMilliseconds < formerMembers[$1].sinceMilliseconds
            })
        {
            formerMembers.remove(at: oldest)
        }
        let index = formerMembers.firstIndex { $0.node > node } ?? formerMembers.endIndex
        formerMembers.insert(FormerMember(node: node, sinceMilliseconds: since), at: index)
    }

    /// Start nodes that are remembered: some accounts' worth of start addresses.
    static let maximumStartNodes = 64
}
