import MeshCrypto

// From silence to down, and back.
extension SwimMembership {
    /// Silent for a whole round: suspect, or suspect for one round more.
    mutating func suspect(_ member: Roster.Member, after round: ProbeRound, _ now: UInt64) {
        let node = member.node
        var suspicion =
            suspicions[node] ?? Suspicion(startedAt: now, incarnation: member.record.incarnation, failedRounds: 0)
        suspicion.failedRounds += 1
        for (relay, answer) in round.relays where answer == .silent { confirm(&suspicion, by: relay) }
        for voice in round.voices { confirm(&suspicion, by: voice) }
        keep(round, of: node, in: &suspicion)
        suspicions[node] = suspicion
        overlay.setState(node, .suspect, now)
        timers.set(.suspect(node), at: now + health.scaled(SwimLimits.suspectPause))
        setVerdict(node, suspicion, now)
    }

    /// Late answers to this round count, until ``SwimLimits/formerRounds`` others are over.
    private mutating func keep(_ round: ProbeRound, of node: NodeID, in suspicion: inout Suspicion) {
        suspicion.former.append(
            FormerRound(sequence: round.sequence, nonce: round.nonce, relays: round.relays.map(\.node)))
        roundTargets[round.sequence] = node
        guard suspicion.former.count > SwimLimits.formerRounds else { return }
        roundTargets[suspicion.former.removeFirst().sequence] = nil
    }

    /// Forgets a suspicion, and the rounds that it remembers.
    mutating func removeSuspicion(of node: NodeID) -> Bool {
        guard let suspicion = suspicions.removeValue(forKey: node) else { return false }
        for round in suspicion.former { roundTargets[round.sequence] = nil }
        return true
    }

    /// A negative answer that comes after its round counts as well.
    mutating func confirm(_ node: NodeID, by relay: NodeID, _ now: UInt64) {
        guard var suspicion = suspicions[node] else { return }
        confirm(&suspicion, by: relay)
        suspicions[node] = suspicion
        setVerdict(node, suspicion, now)
    }

    /// Only the word of members counts that aren't suspect themselves.
    private func confirm(_ suspicion: inout Suspicion, by relay: NodeID) {
        guard let witness = overlay.roster[relay], witness.state == .alive,
            suspicion.confirmations.count < SwimLimits.voices
        else { return }
        suspicion.confirm(by: witness.witness(overlay.parameters.laboratory))
    }

    /// Lifeguard's time: the longest without confirmations, the shortest with all that are needed.
    private mutating func setVerdict(_ node: NodeID, _ suspicion: Suspicion, _ now: UInt64) {
        let (least, most) = (SwimLimits.suspicionMinimum, SwimLimits.suspicionMaximum)
        let shrink: [UInt64] = [0, 500, 792, 1_000]  // log(1 + c) / log(1 + 3), in thousandths
        let count = min(suspicion.confirmations.count, SwimLimits.confirmations)
        let needed = neededConfirmations(for: node)
        let part = count >= needed ? 1_000 : shrink[count]
        let due = max(now, suspicion.startedAt + most - (most - least) * part / 1_000)
        timers.set(.verdict(node), at: (due / SwimLimits.verdictStep + 1) * SwimLimits.verdictStep)
    }

    /// As many as DESIGN §6 asks for, or as there are distinct voices that aren't suspect.
    private func neededConfirmations(for node: NodeID) -> Int {
        faults.contains(.noConfirmations) ? 0 : voices(besides: node)
    }

    /// How many distinct voices there are among members that aren't suspect, up to as many as are ever needed.
    func voices(besides node: NodeID) -> Int {
        var voices: [Witness] = []
        for member in overlay.roster.members where member.state == .alive {
            guard member.node != node, member.node != overlay.own.node else { continue }
            let witness = member.witness(overlay.parameters.laboratory)
            if !voices.contains(witness) { voices.append(witness) }
            if voices.count >= SwimLimits.confirmations { break }
        }
        return voices.count
    }

    mutating func onVerdictDue(_ node: NodeID, _ now: UInt64) {
        guard let suspicion = suspicions[node] else { return }
        let isConfirmed = suspicion.confirmations.count >= neededConfirmations(for: node)
        let rounds = faults.contains(.noConfirmations) ? 1 : SwimLimits.suspicionRounds
        guard isConfirmed, suspicion.failedRounds >= rounds else {
            return timers.set(.verdict(node), at: now + SwimLimits.roundTimeout)
        }
        forget(node)
        overlay.setState(node, .down, now)
    }

    /// This node was stopped, or its machine: nobody else was silent, it wasn't listening. All looking begins anew.
    mutating func onOversleeping(_ now: UInt64) {
        health.worsen()
        for node in rounds.keys.sorted() {
            endRound(node)
            hinters[node] = nil
        }
        for node in suspicions.keys.sorted() {
            guard var suspicion = suspicions[node] else { continue }
            suspicion.restart(now)
            suspicions[node] = suspicion
            timers.set(.suspect(node), at: now)
            setVerdict(node, suspicion, now)
        }
    }

    /// Something came over a node's own link: it is there.
    mutating func onSign(of node: NodeID, _ now: UInt64) {
        if overlay.isMember(node) { overlay.links.hear(node, at: now) }
        if let round = rounds[node], round.isByTurn, round.stage != .relayed { health.improve() }
        onLife(of: node, now)
    }

    /// It is there, by whatever proof.
    mutating func onLife(of node: NodeID, _ now: UInt64) {
        if faults.contains(.noRefutation), suspicions[node] != nil { return }
        if let hinter = hinters.removeValue(forKey: node) { _ = hintCredit.take(hinter, now: now) }
        endRound(node)
        hints.remove(node)
        clearSuspicion(node, now)
        revive(node, now)
    }

    mutating func clearSuspicion(_ node: NodeID, _ now: UInt64) {
        guard removeSuspicion(of: node) else { return }
        timers.cancel(.suspect(node))
        timers.cancel(.verdict(node))
        if overlay.roster[node]?.state == .suspect { overlay.setState(node, .alive, now) }
    }

    /// Who was down is alive again by a link and a current proof, and by nothing less.
    mutating func revive(_ node: NodeID, _ now: UInt64) {
        guard let member = overlay.roster[node], member.state == .down, overlay.links.isLinked(node) else { return }
        guard overlay.isProofCurrent(member, now) else { return }
        overlay.setState(node, .alive, now)
        if now >= lastSweep + SwimLimits.revivalSpread { sweep(like: member, now) }
    }

    /// Those who fell silent together may be back together.
    private mutating func sweep(like revived: Roster.Member, _ now: UInt64) {
        lastSweep = now
        let (since, window) = (revived.stateSinceMilliseconds, SwimLimits.revivalWindow)
        for member in overlay.roster.members where member.state == .down && member.node != revived.node {
            let other = member.stateSinceMilliseconds
            guard max(since, other) - min(since, other) <= window else { continue }
            if overlay.links.isLinked(member.node) {
                timers.setEarlier(.suspect(member.node), at: now + overlay.random.below(SwimLimits.revivalSpread))
            } else {
                overlay.hurryMember(member.node, now)
            }
        }
    }
}
