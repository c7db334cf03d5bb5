import MeshCrypto

// Who is dialled when. All dials go through one door, which has room for so many at once.
extension Overlay {
    /// When a member needs a dial next: at once if no link stands, and where the standing link came from the other
    /// side, when the proof grows old.
    mutating func scheduleMember(_ node: NodeID, _ now: UInt64) {
        guard let member = roster[node], member.state != .left, node != own.node, !hasDeparted else {
            return timers.cancel(.member(node))
        }
        if !links.isLinked(node) {
            return timers.setEarlier(.member(node), at: now + redialDelay(node))
        }
        guard !provesByLink(member.record) else { return timers.cancel(.member(node)) }
        let renewal = MembershipLimits.proofRenewal
        let due = max(now, (member.provenAtMilliseconds ?? 0) + renewal * 4 / 5 + random.below(renewal / 5))
        timers.set(.member(node), at: due + (redials[node]?.failures ?? 0 > 0 ? redialDelay(node) : 0))
    }

    private mutating func redialDelay(_ node: NodeID) -> UInt64 {
        let failures = redials[node]?.failures ?? 0
        guard failures > 0 else { return random.below(200) }
        let doubled = MembershipLimits.redialMinimum << UInt64(min(failures, 10))
        return random.jittered(min(doubled, MembershipLimits.redialMaximum))
    }

    /// Somebody else reaches a member that is down here: worth a dial before its time.
    mutating func hurryMember(_ node: NodeID, _ now: UInt64) {
        guard !links.isLinked(node), now >= (redials[node]?.lastDial ?? 0) + 5_000 else { return }
        timers.setEarlier(.member(node), at: now + random.below(500))
    }

    mutating func want(_ purpose: DialPurpose, _ now: UInt64) {
        guard !dials.isBusy(purpose), !hasDeparted else { return }
        guard dials.hasRoom else { return dials.wait(purpose) }
        begin(purpose, now)
    }

    private mutating func begin(_ purpose: DialPurpose, _ now: UInt64) {
        switch purpose {
        case .member(let node): dialMember(node, now)
        case .candidate(let node, _): dialCandidate(node, now)
        case .start(let address):
            if isAlone || unanswered.contains(address) { dial(address.endpoint, address.node, purpose, now) }
        }
    }

    private mutating func dialMember(_ node: NodeID, _ now: UInt64) {
        guard let member = roster[node], member.state != .left else { return }
        var endpoints = member.record.provingEndpoints
        if !links.isLinked(node) { endpoints += member.record.endpoints.filter { !endpoints.contains($0) } }
        var redial = redials[node] ?? Redial()
        let endpoint = endpoints[redial.turn % endpoints.count]
        redial.turn += 1
        redial.lastDial = now
        redials[node] = redial
        dial(endpoint, node, .member(node), now)
    }

    /// A dial for a stranger's word needs credit of who gave it and of who is dialled. Only a failure spends it; those
    /// under way may all fail, so no more are begun than the introducer has credit for.
    private mutating func dialCandidate(_ node: NodeID, _ now: UInt64) {
        guard let candidate = candidates[node] else { return }
        let endpoints = candidate.record.provingEndpoints
        let endpoint = endpoints[candidate.failures % endpoints.count]
        let introducer = candidate.introducer
        guard proofs.underWayCount(for: introducer) < introducerCredit.left(introducer, now: now) else {
            proofs.wait(node, for: introducer)
            return retryLater(.candidate(node, introducer: introducer), now)
        }
        let purpose = DialPurpose.candidate(node, introducer: introducer)
        guard targetCredit.take(dialTarget(endpoint), now: now) else { return retryLater(purpose, now) }
        dial(endpoint, node, purpose, now)
    }

    /// One dial of this introducer's has ended: the next may begin.
    private mutating func endProof(for introducer: NodeID?, _ now: UInt64) {
        proofs.end(for: introducer)
        guard proofs.underWayCount(for: introducer) < introducerCredit.left(introducer, now: now) else { return }
        if let next = proofs.next(of: introducer) { want(.candidate(next, introducer: introducer), now) }
    }

    func dialTarget(_ endpoint: Endpoint) -> DialTarget {
        parameters.laboratory ? .endpoint(endpoint) : .address(endpoint.address.placementKey)
    }

    private mutating func dial(_ endpoint: Endpoint, _ expected: NodeID?, _ purpose: DialPurpose, _ now: UInt64) {
        let key = DialBook.Key(endpoint: endpoint, expected: expected)
        guard !dials.isUnderWay(key) else { return retryLater(purpose, now) }
        dials.begin(key, purpose, now: now)
        if case .candidate(_, let introducer) = purpose { proofs.begin(for: introducer) }
        actions.append(.dial(endpoint, expecting: expected))
    }

    /// For what can't be dialled now: no credit, or another dial to the same end is under way.
    private mutating func retryLater(_ purpose: DialPurpose, _ now: UInt64) {
        let due = now + random.jittered(MembershipLimits.introducerRegain)
        switch purpose {
        case .member(let node): timers.set(.member(node), at: due)
        case .candidate(let node, _): timers.set(.candidate(node), at: due)
        case .start: timers.setEarlier(.start, at: due)
        }
    }
}

// How dials end.
extension Overlay {
    /// Somebody answered: all dials to this endpoint that may have led there are over.
    mutating func endDial(to endpoint: Endpoint, _ node: NodeID, _ now: UInt64) {
        for expected in [node, nil] {
            guard let purpose = dials.end(.init(endpoint: endpoint, expected: expected)) else { continue }
            switch purpose {
            case .candidate(_, let introducer):
                targetCredit.giveBack(dialTarget(endpoint), now: now)
                endProof(for: introducer, now)
            case .start(let address): unanswered.remove(address)
            case .member: break
            }
        }
        beginWaiting(now)
    }

    mutating func onDialFailed(_ endpoint: Endpoint, expected: NodeID?, _ now: UInt64) {
        guard let purpose = dials.end(.init(endpoint: endpoint, expected: expected)) else { return }
        switch purpose {
        case .member(let node): onMemberUnreachable(node, now)
        case .candidate(let node, let introducer):
            _ = introducerCredit.take(introducer, now: now)
            onCandidateUnreachable(node, now)
            endProof(for: introducer, now)
        case .start: break
        }
        beginWaiting(now)
    }

    private mutating func onMemberUnreachable(_ node: NodeID, _ now: UInt64) {
        guard isMember(node) else { return }
        redials[node, default: Redial()].failures += 1
        notes.append(.unreachable(node))
        scheduleMember(node, now)
    }

    private mutating func onCandidateUnreachable(_ node: NodeID, _ now: UInt64) {
        guard candidates[node] != nil else { return }
        counters.failedProofs += 1
        candidates.countFailure(of: node)
        let failures = candidates[node]!.failures
        guard failures < MembershipLimits.candidateAttempts else { return drop(candidate: node) }
        let delay = MembershipLimits.candidateRetry << UInt64(2 * (failures - 1))
        timers.set(.candidate(node), at: now + random.jittered(delay))
    }

    private mutating func beginWaiting(_ now: UInt64) {
        while dials.hasRoom, let purpose = dials.nextWaiting() { begin(purpose, now) }
    }
}
