import MeshCrypto
import MeshRing

/// Where queues belong at the moment, as one node sees it.
struct SyncView: Sendable {
    let node: NodeID
    /// While the node drains: the ring without it.
    var ring: Ring
    /// How many copies there are to be: R, or all members known that have not left where those are fewer.
    var replicas: Int

    /// How many of them are enough to rely on.
    var majority: Int { replicas / 2 + 1 }

    /// What is to be done for a recipient of whom this node holds something; nil if nothing is.
    func plan(for recipient: UserID, _ demand: SyncDemand) -> SyncPlan? {
        let set = ring.replicaSet(for: recipient)
        guard set.contains(node) else {
            return set.isEmpty ? nil : SyncPlan(recipient: recipient, set: set, targets: Array(set), keeps: false)
        }
        let hasChanged = demand.base.map { !$0.replicaSet(for: recipient).hasMembers(of: set) } ?? false
        let targets = set.filter { member in
            member != node && (demand.everything || hasChanged || demand.targets.contains(member))
        }
        return targets.isEmpty ? nil : SyncPlan(recipient: recipient, set: set, targets: targets, keeps: true)
    }
}

/// What is to be done for one recipient.
struct SyncPlan: Sendable, Equatable {
    let recipient: UserID
    let set: ReplicaSet
    /// Members that may lack something.
    let targets: [NodeID]
    /// Whether this node is in the set, and so keeps its own copies.
    let keeps: Bool
}

/// Which recipients have to be looked at. Those whose set this node isn't in always have.
struct SyncDemand: Sendable {
    /// All members of all sets.
    var everything = false
    /// Members that may have missed something.
    var targets: Set<NodeID> = []
    /// The ring before the changes that are still to be dealt with: sets that differ from it are.
    var base: Ring?

    var isEmpty: Bool { !everything && targets.isEmpty && base == nil }
}

extension ReplicaSet {
    /// Whether both have the same members, in whatever order.
    func hasMembers(of other: ReplicaSet) -> Bool { count == other.count && allSatisfy(other.contains) }
}
