import MeshCrypto
import MeshRing
import MeshWire

/// How much a node's view of others counts (see ``ClientCore``).
enum ViewWeight: Sendable {
    /// The home link's node: its states are ours, and who it doesn't mention is down.
    case authoritative
    /// There is no home: the better of all that was heard since the start.
    case discovery
    /// Only news: unknown nodes and newer records.
    case hearsay
}

extension ClientCore {
    /// Merges records that count in this network into the roster, and draws the consequences.
    mutating func merge(_ reports: [ReportedRecord], by teller: Teller, _ weight: ViewWeight) {
        guard var roster = state.roster else { return }
        let old = roster
        let needed = neededVoices(roster)
        var overflow = 0
        for report in reports where !take(report, by: teller, weight, needed, into: &roster) { overflow += 1 }
        if overflow > 0 {
            notice(.recordsDropped(by: teller.node, count: overflow, first: "more than \(ClientLimits.nodes) nodes"))
        }
        guard survey == nil else { return state.roster = roster }
        if weight == .authoritative { putDown(unmentionedBy: reports, teller.node, &roster) }
        forget(&roster)
        guard roster != old else { return }
        for member in roster.members where isNews(member, old[member.node]) {
            troubled.forgive(member.node)
            sweep?.reset(member.node)
        }
        place(roster)
        stateIsDirty = true
    }

    /// Whether a node deserves another attempt at once: its record is new, or it is up again.
    private func isNews(_ member: Roster.Member, _ old: Roster.Member?) -> Bool {
        guard let old else { return true }
        return old.record != member.record || (member.state.isPlaced && !old.state.isPlaced)
    }

    /// - Returns: false if there is no room.
    private mutating func take(
        _ report: ReportedRecord, by teller: Teller, _ weight: ViewWeight, _ needed: Int, into roster: inout Roster
    ) -> Bool {
        let record = report.record
        var state = state(of: report, from: teller.node)
        if var ours = roster[record.node] {
            if ours.record == record {
                guard ours.state != .left else { return true }
                switch weight {
                case .authoritative: break
                case .discovery: if ours.stateSinceMilliseconds >= startedAt { state = min(state, ours.state) }
                case .hearsay: state = ours.state
                }
                if ours.state != state || (weight == .discovery && ours.stateSinceMilliseconds < startedAt) {
                    ours.state = state
                    ours.stateSinceMilliseconds = clock
                    roster.put(ours)
                }
                return true
            }
            guard record.supersedes(ours.record) else { return true }
            if record.standing == .left || record.placementAddress == ours.record.placementAddress {
                believe(record, state, &roster)
                return true
            }
        } else if roster.members.count + votes.candidates.count >= ClientLimits.nodes, votes[record.node] == nil {
            return false
        }
        consider(ReportedRecord(record, state: state), by: teller, needed, &roster)
        return true
    }

    /// A node that isn't known, or has another address than before.
    private mutating func consider(
        _ report: ReportedRecord, by teller: Teller, _ needed: Int, _ roster: inout Roster
    ) {
        guard report.state != .left else { return }
        if teller.isProven, teller.node == report.record.node { return believe(report.record, report.state, &roster) }
        let candidate = votes.vote(report, by: teller, now: clock)
        guard survey == nil, isVouched(candidate, needed: needed) else { return }
        believe(candidate.record, candidate.state, &roster)
    }

    /// Only a node itself says that it leaves, and who speaks is alive.
    private func state(of report: ReportedRecord, from teller: NodeID) -> NodeState {
        if report.record.standing == .left { return .left }
        if report.record.node == teller { return .alive }
        return report.state == .left ? .down : report.state
    }

    private mutating func putDown(unmentionedBy reports: [ReportedRecord], _ teller: NodeID, _ roster: inout Roster) {
        let mentioned = Set(reports.map(\.record.node))
        for candidate in votes.sorted where !mentioned.contains(candidate.record.node) {
            votes.remove(candidate.record.node)
        }
        for var member in roster.members where member.state.isPlaced && !mentioned.contains(member.node) {
            guard member.node != teller else { continue }
            member.state = .down
            member.stateSinceMilliseconds = clock
            roster.put(member)
        }
    }

    private func forget(_ roster: inout Roster) {
        for member in roster.members where !member.state.isPlaced {
            guard age(of: member.stateSinceMilliseconds) > ClientLimits.forgetMilliseconds else { continue }
            roster.remove(member.node)
        }
    }

    /// Takes over a roster: digest, the user's set, and what follows where that changed.
    mutating func place(_ roster: Roster) {
        state.roster = roster
        let isFirst = ring == nil
        let newDigest = roster.digest
        let placements = roster.placements { $0.isPlaced }
        if newDigest != digest || isFirst {
            ring = ring?.updated(to: placements) ?? Ring(placements, in: roster.parameters)
            digest = newDigest
            for node in watch.setOwn(digest, now: clock) { announce(.ended(node)) }
            for node in watch.forget(where: { roster[$0] == nil }) { announce(.ended(node)) }
            notice(.rosterChanged(digest: digest, nodes: roster.members.count, placed: placements.count))
        }
        guard let ring else { return }
        let old = set
        let isSomebodyDown = roster.members.contains { $0.state == .down }
        ringWithDown = isSomebodyDown ? ring.updated(to: roster.placements { $0 != .left }) : nil
        set = UserSet(ring: ring, withDown: ringWithDown, user: configuration.user)
        if set != old { setChanged(from: old, isFirst: isFirst) }
    }

    /// When the set of the stored roster had changed last, as far as somebody who fell out of it is still remembered.
    private var lastKnownChange: UInt64 { state.formerMembers.map(\.sinceMilliseconds).max() ?? 0 }

    private mutating func setChanged(from old: UserSet, isFirst: Bool) {
        setChangedAt = isFirst && hadRoster ? lastKnownChange : clock
        if set.residence != old.residence { notice(.residenceChanged(from: old.residence, to: set.residence)) }
        guard configuration.mode != .submitOnly else { return }
        for node in old.members where !set.members.contains(node) && state.roster?[node] != nil {
            state.addFormer(node, since: clock)
            stateIsDirty = true
        }
        if let sweep, !sweep.isOver || configuration.mode == .once {
            addTasks()
        } else if !isFirst {
            sweepAt = clock
        }
    }
}
