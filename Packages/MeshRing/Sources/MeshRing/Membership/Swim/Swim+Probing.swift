import MeshCrypto

// Looking for a member: one probe after the other, each first over the link and then through others.
extension SwimMembership {
    mutating func onProbeDue(_ now: UInt64) {
        timers.set(.probe, at: now + health.scaled(SwimLimits.probeInterval))
        if let target = nextTarget() { beginRound(target, now, isByTurn: true) }
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

    mutating func beginRound(_ node: NodeID, _ now: UInt64, isByTurn: Bool = false) {
        guard rounds[node] == nil, isWatched(node) else { return }
        sequence &+= 1
        let nonce = Hash.blake2b16(context: "mesh probe nonce 1", nonceKey, sequence, now)
        let round = ProbeRound(
            sequence: sequence, nonce: nonce, isByTurn: isByTurn, begunAt: now, scale: health.scale)
        rounds[node] = round
        roundTargets[sequence] = node
        timers.set(.round(node), at: round.time(after: SwimLimits.repeatAfter))
        guard overlay.links.isLinked(node) else { return overlay.hurryMember(node, now) }
        let isSuspect = suspicions[node] != nil
        send(.probe(sequence: sequence, accuses: isSuspect, isSuspect ? bareTail() : tail()), to: node)
    }

    /// The same question again, in case that it was lost; hints don't ride to where nobody may be.
    private mutating func probeAgain(_ node: NodeID, _ round: ProbeRound) {
        guard suspicions.count <= SwimLimits.massSuspicion else { return }
        send(.probe(sequence: round.sequence, accuses: suspicions[node] != nil, bareTail()), to: node)
    }

    mutating func endRound(_ node: NodeID) {
        guard let round = rounds.removeValue(forKey: node) else { return }
        roundTargets[round.sequence] = nil
        timers.cancel(.round(node))
    }

    mutating func onRoundStep(_ node: NodeID, _ now: UInt64) {
        guard let round = rounds[node] else { return }
        switch round.stage {
        case .direct:
            rounds[node]?.stage = .repeated
            timers.set(.round(node), at: round.time(after: SwimLimits.hintAfter))
            probeAgain(node, round)
        case .repeated:
            rounds[node]?.stage = .hinted
            timers.set(.round(node), at: round.time(after: SwimLimits.directTimeout))
            giveHint(of: node, now)
        case .hinted:
            probeAgain(node, round)
            askRelays(for: node, now)
        case .relayed: onRoundTimeout(node, now)
        }
    }

    /// No answer yet: others should look too.
    private mutating func giveHint(of node: NodeID, _ now: UInt64) {
        guard let member = overlay.roster[node], member.state.isPlaced else { return }
        let hint = SwimMessage.Hint(node: node, incarnation: member.record.incarnation)
        guard hints.isNew(.hint(hint), now: now) || hinters[node] != nil else { return }
        hinters[node] = nil
        raise(hint, now)
    }

    /// Lets a hint go out, soon and with others.
    private mutating func raise(_ hint: SwimMessage.Hint, _ now: UInt64) {
        hints.add(hint)
        timers.setEarlier(.gossip, at: now + SwimLimits.gossipDelay)
    }

    /// As many messages as take all hints out within some steps; never fewer than one hint needs.
    mutating func onGossipDue(_ now: UInt64) {
        let wanted = hints.ridesLeft / (4 * SwimLimits.hintsPerMessage)
        let count = min(max(wanted, SwimLimits.hintFanout), SwimLimits.gossipMessages)
        for peer in overlay.pickPeers(count, where: { $0.state == .alive }) {
            guard hints.ridesLeft > 0 else { return }
            send(.gossip(tail()), to: peer)
        }
        if hints.ridesLeft > 0 { timers.set(.gossip, at: now + 2 * SwimLimits.gossipDelay) }
    }

    private mutating func askRelays(for node: NodeID, _ now: UInt64) {
        guard var round = rounds[node], let member = overlay.roster[node] else { return }
        round.stage = .relayed
        let suspicion = suspicions[node]
        let wanted = relayCount(for: node, round, suspicion)
        round.relays = pickRelays(wanted, for: member, besides: suspicion).map { ($0, nil) }
        rounds[node] = round
        for (relay, _) in round.relays {
            send(
                .relayRequest(sequence: round.sequence, target: node, nonce: round.nonce, tail()), to: relay)
        }
        // With nobody to ask there is nothing to wait for.
        timers.set(.round(node), at: round.relays.isEmpty ? now : round.time(after: SwimLimits.roundTimeout))
    }

    private func relayCount(for node: NodeID, _ round: ProbeRound, _ suspicion: Suspicion?) -> Int {
        let voices = round.voices.count + (suspicion?.confirmations.count ?? 0)
        let isMass = suspicions.count > SwimLimits.massSuspicion
        if isMass, voices >= SwimLimits.confirmations { return SwimLimits.confirmedRelays }
        return suspicion == nil ? SwimLimits.firstRelays : SwimLimits.suspectRelays
    }

    /// Members of distinct prefixes that this node doesn't suspect: first those whose voice hasn't been heard.
    private mutating func pickRelays(_ count: Int, for member: Roster.Member, besides: Suspicion?) -> [NodeID] {
        var voices = besides?.confirmations ?? []
        let isLaboratory = overlay.parameters.laboratory
        let fresh = overlay.pickPeers(count) { peer in
            guard peer.state == .alive, peer.node != member.node else { return false }
            let witness = peer.witness(isLaboratory)
            guard !voices.contains(witness) else { return false }
            voices.append(witness)
            return true
        }
        guard fresh.count < count, besides != nil else { return fresh }
        let others = overlay.pickPeers(count - fresh.count) { peer in
            peer.state == .alive && peer.node != member.node && !fresh.contains(peer.node)
        }
        return fresh + others
    }

    /// A whole round without an answer.
    private mutating func onRoundTimeout(_ node: NodeID, _ now: UInt64) {
        guard let round = rounds[node] else { return }
        endRound(node)
        if round.isByTurn, round.isUnanswered { health.worsen() }
        guard let member = overlay.roster[node], member.state.isPlaced else { return }
        suspect(member, after: round, now)
        let hint = SwimMessage.Hint(node: node, incarnation: member.record.incarnation, isSuspect: true)
        if health.mayConfirm, hints.isNew(.hint(hint), now: now) { raise(hint, now) }
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
