import MeshCrypto

extension SwimMembership {
    /// What rode along: the peer's digest, and whom it missed.
    mutating func onTail(_ tail: SwimMessage.Tail, from peer: NodeID, _ now: UInt64) {
        overlay.onDigest(tail.digest, from: peer, now)
        guard overlay.isMember(peer) else { return }
        for hint in tail.hints { onHint(hint, from: peer, now) }
    }

    /// Somebody may be gone: worth a look of one's own, if the one who says so hasn't been wrong too often.
    mutating func onHint(_ hint: SwimMessage.Hint, from peer: NodeID, _ now: UInt64) {
        guard let member = overlay.roster[hint.node], member.state == .alive, rounds[hint.node] == nil,
            hint.incarnation >= member.record.incarnation,
            now >= (lastHeard[hint.node] ?? 0) + SwimLimits.heardRecently,
            hintCredit.has(peer, now: now), hints.isNew(hint, now: now)
        else { return }
        hinters[hint.node] = peer
        beginRound(hint.node, now)
    }
}
