import MeshCrypto

extension SwimMembership {
    /// A message over a node's link. Whoever sends what can't be read loses the link; whoever isn't believed is
    /// answered and not heard.
    mutating func onMessage(_ bytes: [UInt8], from peer: NodeID, _ now: UInt64) {
        guard let message = SwimMessage(decoding: bytes) else {
            overlay.counters.refusedMessages += 1
            overlay.actions.append(.violation(peer, .message))
            return
        }
        onSign(of: peer, now)
        if !overlay.isMember(peer) { askWhoItIs(peer, now) }
        switch message {
        case .probe(let sequence, let accuses, let tail): onProbe(sequence, accuses, tail, from: peer, now)
        case .acknowledge(_, let tail): onTail(tail, from: peer, now)
        case .relayedProbe(let sequence, let requester, let nonce):
            onRelayedProbe(sequence, requester, nonce, from: peer, now)
        case .relayedAcknowledge(let sequence, let signature):
            onRelayedAcknowledge(sequence, signature, from: peer, now)
        case .gossip(let tail): onTail(tail, from: peer, now)
        default: onMemberMessage(message, from: peer, now)
        }
    }

    /// Who speaks without having said who it is: its first words were lost, or its record was dropped for want of room.
    private mutating func askWhoItIs(_ peer: NodeID, _ now: UInt64) {
        guard overlay.candidates[peer] == nil, hints.isNew(.stranger(peer), now: now) else { return }
        send(.want([peer.short]), to: peer)
    }

    private mutating func onMemberMessage(_ message: SwimMessage, from peer: NodeID, _ now: UInt64) {
        guard overlay.isMember(peer) else {
            overlay.counters.refusedMessages += 1
            return
        }
        switch message {
        case .relayRequest(let sequence, let target, let nonce, let tail):
            onTail(tail, from: peer, now)
            onRelayRequest(sequence, target, nonce, from: peer, now)
        case .relayResult(let sequence, let outcome): onRelayResult(sequence, outcome, from: peer, now)
        case .compare(let digests): onCompare(digests, from: peer)
        case .entries(let bucket, let kind, let entries): onEntries(bucket, kind, entries, from: peer, now)
        case .want(let ids): onWant(ids, from: peer)
        default: break
        }
    }
}
