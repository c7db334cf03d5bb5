import MeshCrypto
import MeshRing
import MeshWire

/// The search for a first roster: several nodes are asked before any roster counts.
struct Survey: Sendable {
    /// When it ends with what there is.
    let until: UInt64
    /// The voices that have answered.
    var voices: Set<Voice> = []
    /// Nodes that were picked, whether they answered or not.
    var asked: Set<NodeID> = []
}

// Which records count.
extension ClientCore {
    /// Who speaks on a link. The address behind a name isn't known here, and proves nothing.
    func teller(_ link: ClientLink) -> Teller? {
        guard let node = link.node, let parameters = link.parameters else { return nil }
        let record = link.ownRecord ?? state.roster?[node]?.record
        let voice = record.map { Voice($0, in: parameters) } ?? .node(node)
        var isProven = false
        if let own = link.ownRecord, case .endpoint(let endpoint) = link.dial.target {
            isProven = endpoint.address == own.placementAddress
        }
        return Teller(node: node, voice: voice, isAnchor: anchors.contains(node), isProven: isProven)
    }

    /// Whether enough of those who were asked vouch for a record.
    func isVouched(_ candidate: RecordVotes.Candidate, needed: Int) -> Bool {
        candidate.voices.count >= needed && (candidate.hasAnchor || !needsAnchor)
    }

    /// Three voices, or as many as there are in the network as it is known: in a small one nobody could find three.
    func neededVoices(_ roster: Roster) -> Int {
        var voices: Set<Voice> = []
        for member in roster.members where member.state != .left {
            voices.insert(Voice(member.record, in: roster.parameters))
            if voices.count >= ClientLimits.vouchers { return ClientLimits.vouchers }
        }
        guard survey != nil else { return max(1, voices.count) }
        for candidate in votes.candidates.values { voices.insert(Voice(candidate.record, in: roster.parameters)) }
        return min(ClientLimits.vouchers, max(1, voices.count))
    }

    /// One of the voices must be an anchor's. At the first contact that takes a second start address that may still
    /// answer, or leads to another node; with a single one everything rests on it, and the client has said so.
    private var needsAnchor: Bool {
        if hadRoster { return true }
        guard let firstStart else { return false }
        return starts.indices.contains { index in
            guard index != firstStart else { return false }
            guard let node = starts[index].node else { return starts[index].tries == 0 }
            return node != starts[firstStart].node
        }
    }
}

// The first roster.
extension ClientCore {
    /// A first node has answered: others are asked what they know before any of it counts.
    mutating func beginSurvey() {
        guard survey == nil else { return }
        survey = Survey(until: clock + ClientLimits.surveyMilliseconds)
    }

    mutating func planSurvey() {
        guard let survey, let roster = state.roster else { return }
        let needed = neededVoices(roster)
        guard clock < survey.until, survey.voices.count < needed || isWaitingForAnchor else { return endSurvey(needed) }
        wake(at: survey.until)
        while witnesses.count + survey.voices.count < needed, let node = pickForSurvey() {
            self.survey?.asked.insert(node)
            guard ask(node) else { break }
        }
        if witnesses.isEmpty, !isWaitingForAnchor, !hasRunningStart { endSurvey(needed) }
    }

    private var hasRunningStart: Bool {
        links.contains { if case .start = $0.purpose { true } else { false } }
    }

    /// A second start address may still answer.
    private var isWaitingForAnchor: Bool {
        guard !hadRoster, hasRunningStart else { return false }
        return anchors.isEmpty
    }

    /// Of the nodes that were named, one with a voice that hasn't been heard, at random: nobody else picks.
    private mutating func pickForSurvey() -> NodeID? {
        guard let survey, let parameters = state.roster?.parameters else { return nil }
        let asked = Set(survey.asked.compactMap { votes[$0].map { Voice($0.record, in: parameters) } })
        let fresh = votes.sorted.filter { candidate in
            let voice = Voice(candidate.record, in: parameters)
            return candidate.state.isPlaced && !survey.voices.contains(voice) && !asked.contains(voice)
                && !survey.asked.contains(candidate.record.node)
        }
        return fresh.randomElement(using: &random)?.record.node
    }

    /// What enough of those vouch for who have answered is the roster.
    private mutating func endSurvey(_ needed: Int) {
        guard let survey, var roster = state.roster else { return }
        let needed = max(1, min(needed, survey.voices.count))
        self.survey = nil
        for candidate in votes.sorted where isVouched(candidate, needed: needed) {
            believe(candidate.record, candidate.state, &roster)
        }
        place(roster)
        stateIsDirty = true
        for link in links where link.purpose == .witness { end(link.id, .done) }
    }

    /// Takes a record into a roster.
    mutating func believe(_ record: NodeRecord, _ state: NodeState, _ roster: inout Roster) {
        votes.remove(record.node)
        guard roster[record.node] != nil || roster.members.count < ClientLimits.nodes else { return }
        roster.put(Roster.Member(record, state: state, stateSinceMilliseconds: clock))
    }
}
