import MeshCrypto

// What happens by itself.
extension Overlay {
    mutating func start(_ now: UInt64) {
        actions.append(.persist(roster))
        timers.set(.start, at: now)
        timers.set(.housekeeping, at: now + MembershipLimits.housekeeping)
        for member in roster.members where member.node != own.node { scheduleMember(member.node, now) }
        onTime(now)
    }

    /// Does everything that is due.
    mutating func onTime(_ now: UInt64) {
        while let timer = timers.popDue(now) { fire(timer, now) }
    }

    private mutating func fire(_ timer: OverlayTimer, _ now: UInt64) {
        switch timer {
        case .member(let node): want(.member(node), now)
        case .candidate(let node):
            if let candidate = candidates[node] { want(.candidate(node, introducer: candidate.introducer), now) }
        case .start: dialStartAddresses(now)
        case .exchange: onExchangeDue(now)
        case .tellDigest: onTellDigestDue()
        case .raise: onRaiseDue(now)
        case .persist: actions.append(.persist(roster))
        case .housekeeping: keepHouse(now)
        }
    }

    /// While nobody is there, all of them. Afterwards the roster knows better, but those that haven't answered yet are
    /// tried on: they may be the only way between two halves of a network.
    mutating func dialStartAddresses(_ now: UInt64) {
        let wanted = isAlone ? startAddresses : startAddresses.filter { unanswered.contains($0) }
        guard !wanted.isEmpty else {
            startFailures = 0
            return
        }
        for address in wanted where !isRefused(address.endpoint.address) { want(.start(address), now) }
        let delay = MembershipLimits.redialMinimum << UInt64(min(startFailures, 10))
        startFailures += 1
        timers.set(.start, at: now + random.jittered(min(delay * 2, MembershipLimits.startRedialMaximum)))
    }

    private func isRefused(_ address: PlacementAddress) -> Bool {
        if case .refused = address.kind { true } else { false }
    }

    mutating func setStartAddresses(_ addresses: [StartAddress], _ now: UInt64) {
        startAddresses = addresses
        unanswered = Set(addresses)
        startFailures = 0
        timers.set(.start, at: now)
    }

    private mutating func keepHouse(_ now: UInt64) {
        timers.set(.housekeeping, at: now + MembershipLimits.housekeeping)
        let timeout = MembershipLimits.dialTimeout
        for key in dials.unanswered(since: now < timeout ? 0 : now - timeout) {
            onDialFailed(key.endpoint, expected: key.expected, now)
        }
        for member in roster.members where member.node != own.node { keep(member, now) }
        removeSuperseded(now)
        if isAlone { timers.setEarlier(.start, at: now) }
    }

    private mutating func keep(_ member: Roster.Member, _ now: UInt64) {
        let age = now - min(now, member.stateSinceMilliseconds)
        switch member.state {
        case .left where age >= MembershipLimits.leftRetention, .down where age >= MembershipLimits.downRetention:
            remove(member.node, now)
        case .alive where links.isLinked(member.node) && !isProofCurrent(member, now):
            notes.append(.proofExpired(member.node))
        default: break
        }
    }

    /// A member that has been down for long, at whose address and slot another one is there, was this place's former
    /// key.
    mutating func removeSuperseded(_ now: UInt64) {
        let old = roster.members.filter {
            $0.state == .down && now - min(now, $0.stateSinceMilliseconds) >= MembershipLimits.supersedeAfter
        }
        for member in old {
            let heirs = roster.members.filter { $0.state == .alive && $0.record.sharesPlace(with: member.record) }
            if !heirs.isEmpty { remove(member.node, now) }
        }
    }

    /// The operator's word.
    mutating func forget(_ node: NodeID, _ now: UInt64) {
        guard let member = roster[node], !member.state.isPlaced, node != own.node else { return }
        remove(node, now)
    }
}

extension NodeRecord {
    fileprivate func sharesPlace(with other: NodeRecord) -> Bool {
        placementAddress == other.placementAddress && slot == other.slot
    }
}
