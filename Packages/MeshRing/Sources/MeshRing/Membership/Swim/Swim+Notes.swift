import MeshCrypto

// What the overlay found out, judged.
extension SwimMembership {
    mutating func judgeNotes(_ now: UInt64) {
        while !overlay.notes.isEmpty {
            let notes = overlay.notes
            overlay.notes = []
            for note in notes { judge(note, now) }
        }
    }

    private mutating func judge(_ note: OverlayNote, _ now: UInt64) {
        switch note {
        case .believed(let node):
            onBelieved(node, now)
            overlay.spread(node)
        case .renewed(let node): onRenewed(node, now)
        case .left(let node):
            forget(node)
            overlay.spread(node)
        case .linked(let node), .proven(let node): onSign(of: node, now)
        case .unlinked(let node): onUnlinked(node, now)
        case .unreachable(let node): onUnreachable(node, now)
        case .proofExpired(let node):
            forget(node)
            overlay.setState(node, .down, now)
        case .removed(let node): forget(node)
        case .hearsay(let node, let state, let peer): onHearsay(node, state, from: peer, now)
        case .differs(let peer): compare(with: peer)
        }
    }

    private mutating func onBelieved(_ node: NodeID, _ now: UInt64) {
        forget(node)
        let isProven = faults.contains(.noProof) || overlay.links.isLinked(node)
        if isProven { overlay.setState(node, .alive, now) }
        overlay.links.hear(node, at: now)
        rotation.insert(node, &overlay.random)
    }

    /// A newer record refutes the suspicion of the older one: the node has signed it since.
    private mutating func onRenewed(_ node: NodeID, _ now: UInt64) {
        overlay.spread(node)
        if let suspicion = suspicions[node], let member = overlay.roster[node],
            member.record.incarnation > suspicion.incarnation, !faults.contains(.noRefutation)
        {
            clearSuspicion(node, now)
        }
        revive(node, now)
    }

    /// A link that breaks is a reason to look at once.
    private mutating func onUnlinked(_ node: NodeID, _ now: UInt64) {
        guard overlay.roster[node]?.state == .alive else { return }
        beginRound(node, now)
    }

    /// Nobody listens there, or the way is cut: no use to wait longer for a direct answer.
    private mutating func onUnreachable(_ node: NodeID, _ now: UInt64) {
        guard !overlay.links.isLinked(node) else { return }
        while let round = rounds[node], round.stage != .relayed { onRoundStep(node, now) }
    }

    private mutating func onHearsay(_ node: NodeID, _ state: NodeState, from peer: NodeID?, _ now: UInt64) {
        guard let member = overlay.roster[node], let peer else { return }
        switch (member.state.isPlaced, state) {
        case (false, .alive) where member.state == .down: lookForRevival(node, now)
        case (true, .down), (true, .suspect):
            onHint(.init(node: node, incarnation: member.record.incarnation, isSuspect: true), from: peer, now)
        default: break
        }
    }

    /// Somebody reaches a member that is down here.
    private mutating func lookForRevival(_ node: NodeID, _ now: UInt64) {
        guard overlay.links.isLinked(node) else { return overlay.hurryMember(node, now) }
        if hints.isNew(.revival(node), now: now) { beginRound(node, now) }
    }

    /// Forgets all that was going on about a node.
    mutating func forget(_ node: NodeID) {
        endRound(node)
        _ = removeSuspicion(of: node)
        timers.cancel(.suspect(node))
        timers.cancel(.verdict(node))
        hints.remove(node)
        if !overlay.isMember(node) { overlay.links.forgetHearing(node) }
    }
}
