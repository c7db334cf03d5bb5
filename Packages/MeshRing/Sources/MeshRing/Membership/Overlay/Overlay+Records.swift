import MeshCrypto

// What others say of members: belief, candidates, refusal.
extension Overlay {
    /// Takes what a peer sent. Only what is signed, of this network, newer than what is known and proven has an effect.
    mutating func onRecords(_ reports: [ReportedRecord], from introducer: NodeID?, _ now: UInt64) {
        precondition(reports.count <= MembershipLimits.recordsPerEvent, "more records at once than a roster has")
        let refused = counters.refusedRecords
        for report in reports {
            offer(report, from: introducer, now)
            // One that no honest peer can have believed: the rest of what it says is worth as much.
            if counters.refusedRecords > refused { return }
        }
    }

    private mutating func offer(_ report: ReportedRecord, from introducer: NodeID?, _ now: UInt64) {
        let record = report.record
        do { try record.checkForm(in: parameters, network: network) } catch {
            return refuse(record, error, from: introducer)
        }
        if record.node == own.node {
            onOwnRecord(record, from: introducer, now)
        } else if let member = roster[record.node] {
            offerKnown(record, member, from: introducer, now)
            notes.append(.hearsay(record.node, report.state, from: introducer))
        } else if record.standing == .active, report.state.isPlaced {
            offerCandidate(record, from: introducer, now)
        }
    }

    private mutating func offerKnown(
        _ record: NodeRecord, _ member: Roster.Member, from introducer: NodeID?, _ now: UInt64
    ) {
        guard record != member.record else { return }
        guard record.supersedes(member.record) else {
            counters.staleRecords += 1
            return
        }
        let staysInPlace = record.placementAddress == member.record.placementAddress
        guard record.standing == .left || (staysInPlace && member.state != .left) else {
            return offerCandidate(record, from: introducer, now)
        }
        guard isSigned(record, from: introducer) else { return }
        drop(candidate: record.node)
        replaceRecord(member, record, now)
    }

    /// A newer record that needs no new proof: the address is the proven one, or the node says that it goes.
    private mutating func replaceRecord(_ member: Roster.Member, _ record: NodeRecord, _ now: UInt64) {
        let hasNewEndpoints = member.record.endpoints != record.endpoints
        let state = record.standing == .left ? .left : member.state
        put(
            Roster.Member(
                record, state: state,
                stateSinceMilliseconds: state == member.state ? member.stateSinceMilliseconds : now,
                provenAtMilliseconds: member.provenAtMilliseconds), now)
        if record.standing == .left {
            timers.cancel(.member(record.node))
            notes.append(.left(record.node))
        } else {
            notes.append(.renewed(record.node))
            if hasNewEndpoints { timers.setEarlier(.member(record.node), at: now + random.below(1_000)) }
        }
    }

    private mutating func offerCandidate(_ record: NodeRecord, from introducer: NodeID?, _ now: UInt64) {
        if let held = candidates[record.node]?.record {
            guard record != held else { return }
            guard record.supersedes(held) else {
                counters.staleRecords += 1
                return
            }
        }
        let candidate = Candidate(record: record, introducer: introducer)
        let room = candidates.room(for: candidate)
        guard room.isThere, introducerCredit.has(introducer, now: now), mayBelieve(record) else {
            counters.droppedCandidates += 1
            return
        }
        guard isSigned(record, from: introducer) else { return }
        if let victim = room.victim {
            drop(candidate: victim)
            counters.droppedCandidates += 1
        }
        candidates.put(candidate)
        if provesByLink(record) || style.believesUnproven {
            believe(record, now)
        } else {
            timers.setEarlier(.candidate(record.node), at: now + random.below(100))
        }
    }

    private func mayBelieve(_ record: NodeRecord) -> Bool {
        RosterBounds.answer(for: record, in: roster, own: own.node) != .none
    }

    /// Whether a link that was dialled from here stands to the record's placement address.
    func provesByLink(_ record: NodeRecord) -> Bool {
        links[record.node]?.dialled?.address == record.placementAddress
    }

    /// Takes a record into the roster that has just been proven.
    mutating func believe(_ record: NodeRecord, _ now: UInt64) {
        drop(candidate: record.node)
        switch RosterBounds.answer(for: record, in: roster, own: own.node) {
        case .room: break
        case .insteadOf(let victim): remove(victim, now)
        case .none:
            counters.droppedCandidates += 1
            return
        }
        put(Roster.Member(record, state: .down, stateSinceMilliseconds: now, provenAtMilliseconds: now), now)
        redials[record.node, default: Redial()].failures = 0
        notes.append(.believed(record.node))
        timers.setEarlier(.housekeeping, at: now + 1_000)
        closeDuplicate(record.node, now)
        scheduleMember(record.node, now)
    }

    /// Signature checked last, because it costs most; a bad one is the peer's fault.
    private mutating func isSigned(_ record: NodeRecord, from introducer: NodeID?) -> Bool {
        if verifier(record) { return true }
        refuse(record, .signature(record.node), from: introducer)
        return false
    }

    private mutating func refuse(_ record: NodeRecord, _ refusal: NodeRecordRefusal, from introducer: NodeID?) {
        counters.refusedRecords += 1
        if let introducer { actions.append(.violation(introducer, .record(record.node, refusal))) }
    }

    mutating func drop(candidate node: NodeID) {
        guard let candidate = candidates.remove(node) else { return }
        proofs.remove(node, of: candidate.introducer)
        timers.cancel(.candidate(node))
    }
}
