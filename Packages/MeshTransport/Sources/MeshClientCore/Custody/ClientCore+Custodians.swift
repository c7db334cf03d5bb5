import MeshCrypto
import MeshRing

// Who has to hold messages, by the client's own roster: what receipts are judged by. No node's word counts here.
extension ClientCore {
    /// The nodes whose receipts count for a recipient: the replica set among placed nodes, and those that would be in it
    /// if nobody were down. Empty while no network is known.
    func custodians(of recipient: UserID) -> [NodeID] {
        if recipient == configuration.user { return set.members }
        guard let ring else { return [] }
        return UserSet(ring: ring, withDown: ringWithDown, user: recipient).members
    }

    /// How many nodes are to hold a message: nodes that are down count, until they have left (DESIGN §7.2).
    var replicas: Int {
        guard let roster = state.roster else { return 1 }
        return max(1, min(Int(roster.parameters.replicas), roster.members.count { $0.state != .left }))
    }

    /// How many of them must have signed that they hold it before it counts as accepted.
    var neededReceipts: Int { replicas / 2 + 1 }
}
