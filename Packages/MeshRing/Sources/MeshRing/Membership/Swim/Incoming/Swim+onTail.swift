import MeshCrypto

extension SwimMembership {
    /// What rode along: the peer's digest, and whom it missed.
    mutating func onTail(_ tail: SwimMessage.Tail, from peer: NodeID, _ now: UInt64) {
        overlay.onDigest(tail.digest, from: peer, now)
        guard overlay.isMember(peer) else { return }
        for hint in tail.hints { onHint(hint, from: peer, now) }
    }

    /// Somebody may be gone: worth a look of one's own, if the one who says so hasn't been wrong too often. Who says
    /// that it got no answer in a whole round confirms what this node finds out itself.
    mutating func onHint(_ hint: SwimMessage.Hint, from peer: NodeID, _ now: UInt64) {
        guard let member = overlay.roster[hint.node], member.state.isPlaced,
            hint.incarnation >= member.record.incarnation
        else { return }
        if isWorthALook(member, hint, from: peer, now) {
            hinters[hint.node] = peer
            beginRound(hint.node, now)
        }
        guard hint.isSuspect else { return }
        if let round = rounds[hint.node], round.voices.count < SwimLimits.voices, !round.voices.contains(peer) {
            rounds[hint.node]?.voices.append(peer)
        }
        if suspicions[hint.node] != nil { confirm(hint.node, by: peer, now) }
    }

    private mutating func isWorthALook(
        _ member: Roster.Member, _ hint: SwimMessage.Hint, from peer: NodeID, _ now: UInt64
    ) -> Bool {
        member.state == .alive && rounds[hint.node] == nil
            && now >= overlay.links.heardAt(hint.node) + SwimLimits.heardRecently
            && hintCredit.has(peer, now: now) && hints.isNew(.hint(hint), now: now)
    }
}
