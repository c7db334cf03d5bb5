import MeshCrypto

// This node's own record: raised above what others hold, and signed for the last time when it leaves.
extension Overlay {
    /// Somebody holds a record under this node's id. An older one is answered with the present one; one that would
    /// replace it makes the incarnation rise above it.
    mutating func onOwnRecord(_ record: NodeRecord, from peer: NodeID?, _ now: UInt64) {
        guard record != own, !hasDeparted else { return }
        guard record.incarnation >= own.incarnation else {
            if let peer, links.isLinked(peer) { actions.append(.sendRecords([ownReport], to: peer)) }
            return
        }
        guard verifier(record) else { return }
        raise(above: record.incarnation, now)
    }

    var ownReport: ReportedRecord { ReportedRecord(own, state: hasDeparted ? .left : .alive) }

    /// Signs a record above `incarnation`, or does so soon if one was signed just now.
    mutating func raise(above incarnation: UInt64, _ now: UInt64) {
        let due = lastRaise + MembershipLimits.raiseInterval
        guard now >= due else {
            pendingRaise = max(pendingRaise ?? 0, incarnation)
            return timers.setEarlier(.raise, at: due)
        }
        let floor = max(incarnation, pendingRaise ?? 0, own.incarnation)
        pendingRaise = nil
        guard floor < .max else { return }
        lastRaise = now
        signOwn(incarnation: floor + 1, .active, now)
    }

    mutating func onRaiseDue(_ now: UInt64) {
        if let pendingRaise, pendingRaise >= own.incarnation { raise(above: pendingRaise, now) }
    }

    /// The description was checked at the start and is the same: signing it again can't fail.
    private mutating func signOwn(incarnation: UInt64, _ standing: NodeRecord.Standing, _ now: UInt64) {
        guard
            let record = try? NodeRecord(
                description, network: network, incarnation: incarnation, standing: standing, signedBy: identity)
        else { preconditionFailure("a description that made a record once makes one again") }
        own = record
        let state: NodeState = standing == .left ? .left : .alive
        put(Roster.Member(record, state: state, stateSinceMilliseconds: now), now)
        for peer in links.peers { actions.append(.sendRecords([ReportedRecord(record, state: state)], to: peer)) }
    }

    /// Says goodbye to all who listen. Afterwards nothing happens here any more; `finish` tells the shell.
    mutating func leave(_ now: UInt64) {
        signOwn(incarnation: own.incarnation == .max ? .max : own.incarnation + 1, .left, now)
        hasDeparted = true
        timers.cancelAll()
    }
}
