import MeshCrypto

// Links come and go; a link that was dialled from here is a proof.
extension Overlay {
    mutating func onLinkUp(_ node: NodeID, dialled: Endpoint?, _ now: UInt64) {
        if let dialled { endDial(to: dialled, node, now) }
        guard node != own.node else {
            startAddresses.removeAll { $0.endpoint == dialled }
            unanswered = unanswered.filter { $0.endpoint != dialled }
            return actions.append(.closeDuplicateLink(node, dialledByUs: dialled != nil))
        }
        let wasLinked = links.isLinked(node)
        links.up(node, dialled: dialled)
        if let dialled { onAnswer(node, at: dialled.address, now) }
        if !wasLinked { notes.append(.linked(node)) }
        closeDuplicate(node, now)
        scheduleMember(node, now)
    }

    mutating func onLinkDown(_ node: NodeID, dialledByUs: Bool, _ now: UInt64) {
        let pair = links[node]
        guard links.down(node, dialledByUs: dialledByUs) else { return }
        if dialledByUs, let member = roster[node], pair?.dialled?.address == member.record.placementAddress {
            setProven(member, now)
        }
        if !links.isLinked(node) {
            exchange.asked[node] = nil
            _ = splitViews.forget(node)
            notes.append(.unlinked(node))
        }
        scheduleMember(node, now)
    }

    /// This node answered at this address with its key.
    private mutating func onAnswer(_ node: NodeID, at address: PlacementAddress, _ now: UInt64) {
        if let candidate = candidates[node], candidate.record.placementAddress == address {
            return believe(candidate.record, now)
        }
        guard let member = roster[node] else { return }
        redials[node, default: Redial()].failures = 0
        guard member.record.placementAddress == address else { return }
        setProven(member, now)
        notes.append(.proven(node))
    }

    private mutating func setProven(_ member: Roster.Member, _ now: UInt64) {
        var member = member
        member.provenAtMilliseconds = now
        roster.put(member)
    }

    /// Whether a member has lately answered at its placement address to this node itself.
    func isProofCurrent(_ member: Roster.Member, _ now: UInt64) -> Bool {
        if provesByLink(member.record) { return true }
        guard let provenAt = member.provenAtMilliseconds else { return false }
        return now < provenAt + MembershipLimits.proofExpiry
    }

    /// Of two links between a pair the one stays that the lower id dialled. The higher one closes its own once both
    /// ends have proven each other: it has by its own link, the other one by the standing one.
    mutating func closeDuplicate(_ node: NodeID, _ now: UInt64) {
        guard own.node > node, let pair = links[node], pair.isDouble, let member = roster[node] else { return }
        guard member.state != .left, isProofCurrent(member, now) else { return }
        _ = links.down(node, dialledByUs: true)
        if pair.dialled?.address == member.record.placementAddress { setProven(member, now) }
        actions.append(.closeDuplicateLink(node, dialledByUs: true))
    }
}
