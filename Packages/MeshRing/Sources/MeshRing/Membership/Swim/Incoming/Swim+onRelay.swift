import MeshCrypto

// Probes for others: request, probe, acknowledgement, result. The target signs for who asked, so a relay can't invent
// an answer; it can keep one back, which is why several are asked.
extension SwimMembership {
    static let lifeContext = "mesh life 1"

    /// What a target signs: network 32, requester 32, nonce 16.
    private func lifeText(_ requester: NodeID, _ nonce: Bytes16) -> [UInt8] {
        var writer = ByteWriter(reserving: 80)
        writer.fixed(overlay.network.bytes)
        writer.fixed(requester.bytes)
        writer.fixed(nonce)
        return writer.bytes
    }

    mutating func onRelayRequest(
        _ sequence: UInt32, _ target: NodeID, _ nonce: Bytes16, from peer: NodeID, _ now: UInt64
    ) {
        guard target != overlay.own.node, target != peer, relays.count < SwimLimits.relays,
            relayCounts[peer, default: 0] < SwimLimits.relaysPerRequester
        else { return }
        guard overlay.links.isLinked(target) else {
            // Who has no link can't tell, unless it has found the target gone itself.
            let state = overlay.roster[target]?.state
            let isSilent = state == .suspect || state == .down
            return answer(sequence, isSilent ? .silent : .unknown, to: peer)
        }
        self.sequence &+= 1
        relays[self.sequence] = Relay(requester: peer, requesterSequence: sequence, target: target)
        relayCounts[peer, default: 0] += 1
        timers.set(.relay(self.sequence), at: now + health.scaled(SwimLimits.relayTimeout))
        send(.relayedProbe(sequence: self.sequence, requester: peer, nonce: nonce), to: target)
    }

    mutating func onRelayedProbe(
        _ sequence: UInt32, _ requester: NodeID, _ nonce: Bytes16, from relay: NodeID, _ now: UInt64
    ) {
        guard signatureCredit.take(relay, now: now) else { return }
        let signature = overlay.identity.sign(lifeText(requester, nonce), context: Self.lifeContext)
        send(.relayedAcknowledge(sequence: sequence, signature: signature), to: relay)
    }

    mutating func onRelayedAcknowledge(
        _ sequence: UInt32, _ signature: Bytes64, from target: NodeID, _ now: UInt64
    ) {
        guard let relay = relays[sequence], relay.target == target else { return }
        endRelay(sequence)
        answer(relay.requesterSequence, .answered(signature), to: relay.requester)
    }

    /// No answer in time. If one comes after all, it is passed on: a node may be slow, and is there.
    mutating func onRelayTimeout(_ sequence: UInt32, _ now: UInt64) {
        guard let relay = relays[sequence], !relay.isLate else { return endRelay(sequence) }
        relays[sequence]!.isLate = true
        timers.set(.relay(sequence), at: now + SwimLimits.relayPatience)
        answer(relay.requesterSequence, .silent, to: relay.requester)
    }

    /// A node that isn't well itself doesn't say that others are silent.
    private mutating func answer(
        _ sequence: UInt32, _ outcome: SwimMessage.RelayOutcome, to requester: NodeID
    ) {
        let outcome = outcome == .silent && !health.mayConfirm ? .unknown : outcome
        send(.relayResult(sequence: sequence, outcome), to: requester)
    }

    private mutating func endRelay(_ sequence: UInt32) {
        guard let relay = relays.removeValue(forKey: sequence) else { return }
        timers.cancel(.relay(sequence))
        let count = relayCounts[relay.requester, default: 1] - 1
        relayCounts[relay.requester] = count > 0 ? count : nil
    }

    mutating func onRelayResult(
        _ sequence: UInt32, _ outcome: SwimMessage.RelayOutcome, from relay: NodeID, _ now: UInt64
    ) {
        if case .answered(let signature) = outcome { return onSignature(signature, sequence, from: relay, now) }
        guard let target = roundTargets[sequence], let round = rounds[target],
            let index = round.relays.firstIndex(where: { $0.node == relay && $0.answer == nil })
        else { return }
        rounds[target]?.relays[index].answer = outcome == .silent ? .silent : .other
        if outcome == .silent { confirm(target, by: relay, now) }
    }

    /// A sign of life, of the round under way or of an earlier one of a node that is still suspect.
    private mutating func onSignature(_ signature: Bytes64, _ sequence: UInt32, from relay: NodeID, _ now: UInt64) {
        guard let question = question(sequence, to: relay) else { return }
        let text = lifeText(overlay.own.node, question.nonce)
        if question.target.verifies(signature, of: text, context: Self.lifeContext) {
            return onLife(of: question.target, now)
        }
        overlay.counters.refusedMessages += 1
    }

    /// What this relay was asked, and may still answer.
    private func question(_ sequence: UInt32, to relay: NodeID) -> (target: NodeID, nonce: Bytes16)? {
        guard let target = roundTargets[sequence] else { return nil }
        if let round = rounds[target], round.sequence == sequence {
            return round.relays.contains { $0.node == relay } ? (target, round.nonce) : nil
        }
        let former = suspicions[target]?.former.first { $0.sequence == sequence && $0.relays.contains(relay) }
        return former.map { (target, $0.nonce) }
    }
}
