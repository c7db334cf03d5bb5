import MeshCrypto

extension SwimMembership {
    mutating func onProbe(
        _ sequence: UInt32, _ accuses: Bool, _ tail: SwimMessage.Tail, from peer: NodeID, _ now: UInt64
    ) {
        onTail(tail, from: peer, now)
        send(.acknowledge(sequence: sequence, self.tail()), to: peer)
        if accuses { onAccusation(by: peer, now) }
    }

    /// One accuser may be wrong, or lie. Accused from several sides, this node is slow or badly reached: it signs a
    /// higher incarnation, which spreads where its answers don't.
    private mutating func onAccusation(by peer: NodeID, _ now: UInt64) {
        guard let accuser = overlay.roster[peer], accuser.state.isPlaced, !faults.contains(.noRefutation) else {
            return
        }
        accusers = accusers.filter { now < $0.value + SwimLimits.accusationLifetime }
        accusers[accuser.witness(overlay.parameters.laboratory)] = now
        guard accusers.count >= max(1, voices(besides: overlay.own.node)),
            now >= lastRefutation + refutationWait
        else { return }
        // A node that is slow for long is accused again and again; its answers clear it, and digests have to rest.
        let isRepeated = now < lastRefutation + 4 * refutationWait
        refutationWait =
            isRepeated ? min(2 * refutationWait, SwimLimits.refutationMaximum) : SwimLimits.refutationInterval
        lastRefutation = now
        accusers = [:]
        health.worsen()
        overlay.raise(above: overlay.own.incarnation, now)
    }
}
