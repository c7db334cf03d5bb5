import MeshCrypto

/// Room in the roster for a newly proven record, and who makes room for it.
///
/// First go those that left, then those that are down, the longest first. Between nodes that are there an order decides
/// that all nodes compute alike, so that rosters agree in the end whatever order records came in.
enum RosterBounds {
    enum Answer: Equatable {
        case room
        case insteadOf(NodeID)
        case none
    }

    static func answer(for record: NodeRecord, in roster: Roster, own: NodeID) -> Answer {
        // Whoever shares a place shares its prefix: where that has few members, no bound is near.
        if roster.memberCount(in: record.placementAddress.prefix) < MembershipLimits.claimantsPerPlace,
            roster.members.count < Roster.maximumMembers - 1
        {
            return .room
        }
        let place = Placement(record).place
        let others = roster.members.filter { $0.node != own && $0.node != record.node }
        let sharers = others.filter { Placement($0.record).place == place }
        if sharers.count >= MembershipLimits.claimantsPerPlace {
            return victim(among: sharers, for: record) { Keyspace.order(of: $0.node, claiming: place) }
        }
        if !roster.parameters.laboratory {
            let prefix = record.placementAddress.prefix
            let neighbours = others.filter { $0.record.placementAddress.prefix == prefix }
            if neighbours.count >= MembershipLimits.membersPerPrefix {
                return victim(among: neighbours, for: record) { Keyspace.order(of: Placement($0).place) }
            }
        }
        guard others.count >= Roster.maximumMembers - 1 else { return .room }
        return victim(among: others, for: record) { _ in 0 }
    }

    private static func victim(
        among members: [Roster.Member], for record: NodeRecord, order: (NodeRecord) -> UInt64
    ) -> Answer {
        if let gone = members.filter({ !$0.state.isPlaced }).min(by: goesBefore) { return .insteadOf(gone.node) }
        guard let last = members.max(by: { order($0.record) < order($1.record) }) else { return .none }
        return order(record) < order(last.record) ? .insteadOf(last.node) : .none
    }

    private static func goesBefore(_ left: Roster.Member, _ right: Roster.Member) -> Bool {
        if left.state != right.state { return left.state == .left }
        return (left.stateSinceMilliseconds, left.node) < (right.stateSinceMilliseconds, right.node)
    }
}
