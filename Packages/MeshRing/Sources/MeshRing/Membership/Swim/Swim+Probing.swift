import MeshCrypto

// Looking for a member: one probe after the other, each first over the link and then through others.
extension SwimMembership {
    mutating func onProbeDue(_ now: UInt64) {
        timers.set(.probe, at: now + health.scaled(SwimLimits.probeInterval))
        if let target = nextTarget() { beginRound(target, now) }
    }

    private mutating func nextTarget() -> NodeID? {
        for _ in 0..<2 {
            while let node = rotation.next() { if isWatched(node) { return node } }
            rotation.refill(overlay.roster.members.map(\.node).filter { isWatched($0) }, &overlay.random)
        }
        return nil
    }

    /// Placed members are; so are those whose link stands though they are down: their silence may end.
    private func isWatched(_ node: NodeID) -> Bool {
        guard node != overlay.own.node, let member = overlay.roster[node] else { return false }
        return member.state.isPlaced || (member.state == .down && overlay.links.isLinked(node))
    }

    mutating func beginRound(_ node: NodeID, _ now: UInt64) {
        guard rounds[node] == nil, isWatched(node) else { return }
        sequence &+= 1
        let nonce = Hash.blake2b16(context: "mesh probe nonce 1", nonceKey, sequence, now)
        rounds[node] = ProbeRound(sequence: sequence, nonce: nonce)
        roundTargets[sequence] = node
        timers.set(.hint(node), at: now + health.scaled(SwimLimits.hintAfter))
        timers.set(.direct(node), at: now + health.scaled(SwimLimits.directTimeout))
        timers.set(.round(node), at: now + health.scaled(SwimLimits.roundTimeout))
        guard overlay.links.isLinked(node) else { return overlay.hurryMember(node, now) }
        let accuses = suspicions[node] != nil
        send(.probe(sequence: sequence, accuses: accuses, tail()), to: node)
    }

    mutating func endRound(_ node: NodeID) {
        guard let round = rounds.removeValue(forKey: node) else { return }
        roundTargets[round.sequence] = nil
        timers.cancel(.hint(node))
        timers.cancel(.direct(node))
        timers.cancel(.round(node))
    }

    /// No answer yet: others should look too.
    mutating func onHintDue(_ node: NodeID, _ now: UInt64) {
        timers.cancel(.hint(node))
        guard rounds[node] != nil, let member = overlay.roster[node], member.state.isPlaced else { return }
        let hint = SwimMessage.Hint(node: node, incarnation: member.record.incarnation)
        guard hints.isNew(hint, now: now) || hinters[node] != nil else { return }
        hinters[node] = nil
        hints.add(hint)
        let message = SwimMessage.gossip(.init(digest: overlay.roster.digest, hints: [hint]))
        for peer in overlay.pickPeers(SwimLimits.hintFanout, where: { $0.node != node }) { send(message, to: peer) }
    }

    mutating func onDirectTimeout(_ node: NodeID, _ now: UInt64) {
        timers.cancel(.direct(node))
        guard var round = rounds[node], case .direct = round.stage, let member = overlay.roster[node] else { return }
        round.stage = .relayed
        let suspicion = suspicions[node]
        let wanted = suspicion == nil ? SwimLimits.firstRelays : SwimLimits.suspectRelays
        round.relays = pickRelays(wanted, for: member, besides: suspicion).map { ($0, nil) }
        rounds[node] = round
        for (relay, _) in round.relays {
            send(
                .relayRequest(sequence: round.sequence, target: node, nonce: round.nonce, tail()), to: relay)
        }
        // With nobody to ask there is nothing to wait for.
        if round.relays.isEmpty { timers.set(.round(node), at: now) }
    }

    /// Members of distinct prefixes that this node doesn't suspect: first those whose voice hasn't been heard.
    private mutating func pickRelays(_ count: Int, for member: Roster.Member, besides: Suspicion?) -> [NodeID] {
        var voices = Set(besides?.confirmations.keys.map { $0 } ?? [])
        let isLaboratory = overlay.parameters.laboratory
        let fresh = overlay.pickPeers(count) { peer in
            peer.state == .alive && peer.node != member.node
                && voices.insert(peer.witness(isLaboratory)).inserted
        }
        guard fresh.count < count, besides != nil else { return fresh }
        let others = overlay.pickPeers(count - fresh.count) { peer in
            peer.state == .alive && peer.node != member.node && !fresh.contains(peer.node)
        }
        return fresh + others
    }

    /// A whole round without an answer.
    mutating func onRoundTimeout(_ node: NodeID, _ now: UInt64) {
        guard let round = rounds[node] else { return }
        endRound(node)
        if round.isUnanswered { health.worsen() }
        guard let member = overlay.roster[node], member.state.isPlaced else { return }
        suspect(member, after: round, now)
    }
}

extension Roster.Member {
    /// Whose voice this member's is.
    func witness(_ isLaboratory: Bool) -> Witness {
        isLaboratory ? .node(node) : .prefix(record.placementAddress.prefix)
    }
}

extension Overlay {
    /// Up to `count` linked members that fit, at random. In a large network a few draws find them; a small one is
    /// searched.
    mutating func pickPeers(_ count: Int, where fits: (Roster.Member) -> Bool) -> [NodeID] {
        var picked: [NodeID] = []
        if links.peers.count <= 64 {
            for peer in random.sample(links.peers, links.peers.count) where picked.count < count {
                if let member = roster[peer], fits(member) { picked.append(peer) }
            }
            return picked
        }
        for _ in 0..<(count * 8) where picked.count < count {
            let peer = links.peers[Int(random.below(UInt64(links.peers.count)))]
            if !picked.contains(peer), let member = roster[peer], fits(member) { picked.append(peer) }
        }
        return picked
    }
}
