import MeshCrypto
import MeshRing
import MeshWire

// Other nodes than the home's node are asked what they see: at random times, for records that nobody vouches for yet,
// and when somebody wants to know. Each is asked as a guest, over a link of its own.
extension ClientCore {
    /// Links to witnesses, or the dials for them.
    var witnesses: [ClientLink] { links.filter { $0.purpose == .witness } }

    mutating func planWitnesses() {
        guard survey == nil, let roster = state.roster else { return }
        planProofs()
        guard home != nil, configuration.mode != .once else { return }
        planRound(roster)
        planVotes(roster)
        while witnesses.count < ClientLimits.parallelWitnesses, let node = watch.next() { _ = ask(node) }
    }

    /// Dials a node to hear its digest, and its roster where that is another one than ours.
    mutating func ask(_ node: NodeID) -> Bool {
        guard !links.contains(where: { $0.node == node && $0.purpose == .witness }) else { return false }
        return dial(node, purpose: .witness, role: .guest)
    }

    private mutating func planRound(_ roster: Roster) {
        if watch.roundAt == .max, configuration.mode == .follow {
            watch.roundAt = clock + UInt64.random(in: 1...ClientLimits.firstWatchMilliseconds, using: &random)
        }
        if clock >= watch.roundAt { beginRound(roster) }
        if !watch.differing.isEmpty {
            if clock >= watch.againAt {
                let isNews = watch.differing.contains { node in !watch.reported.contains { $0.node == node } }
                watch.againAt = clock + (isNews ? askAgainPause : ClientLimits.askReportedMilliseconds)
                watch.want(watch.differing)
            }
            wake(at: watch.againAt)
        }
        wake(at: watch.roundAt)
    }

    /// Records that count only for some: others are asked, a while after they turned up.
    private mutating func planVotes(_ roster: Roster) {
        guard !votes.isEmpty else { return watch.votesAt = .max }
        if watch.votesAt == .max { watch.votesAt = clock + UInt64.random(in: 1_000...5_000, using: &random) }
        if clock >= watch.votesAt {
            watch.votesAt = clock + ClientLimits.votesMilliseconds
            pickWitnesses(roster)
        }
        wake(at: watch.votesAt)
    }

    private mutating func beginRound(_ roster: Roster) {
        let period = ClientLimits.watchMilliseconds
        watch.roundAt = clock + UInt64.random(in: period * 3 / 4...period * 5 / 4, using: &random)
        if configuration.mode != .follow { watch.roundAt = .max }
        watch.left = ClientLimits.witnessAttempts
        pickWitnesses(roster)
    }

    /// Known nodes of distinct voices, at random, other than the home's. Those that count as down are among them: it is
    /// the home's node that says so.
    private mutating func pickWitnesses(_ roster: Roster) {
        var voices: Set<Voice> = []
        if let node = homeLink?.node, let record = roster[node]?.record {
            voices.insert(Voice(record, in: roster.parameters))
        }
        var picked: [NodeID] = []
        for _ in 0..<ClientLimits.witnesses * 8 where picked.count < ClientLimits.witnesses {
            guard let member = roster.members.randomElement(using: &random) else { break }
            guard member.state != .left, member.node != homeLink?.node, !picked.contains(member.node),
                voices.insert(Voice(member.record, in: roster.parameters)).inserted
            else { continue }
            picked.append(member.node)
        }
        watch.want(picked)
    }

    mutating func onWitnessHello(_ id: ClientLinkID, _ digest: Bytes16) {
        guard let index = index(of: id) else { return }
        guard survey == nil else { return links[index].isExchangeForced = true }
        let link = links[index]
        guard digest != self.digest, let node = link.node else {
            hear(digest, on: link)
            return end(id, .done)
        }
        // What was compared already needn't be sent again.
        guard let users = watch.compared(node, digest, own: self.digest), votes.isEmpty else {
            return links[index].isExchangeForced = true
        }
        hear(digest, on: link)
        announce(watch.compare(node, digest, own: self.digest, differing: users, now: clock))
        end(id, .done)
    }

    /// A witness has answered what it was dialled for, or hasn't.
    mutating func witnessEnded(_ link: ClientLink, _ cause: LinkEnd) {
        guard let node = link.dial.node else { return }
        if case .done = cause { return }
        if votes[node] != nil { votes.fail(node, at: clock, &random) }
        guard survey == nil, let roster = state.roster, watch.left > 0, !watch.differing.contains(node) else { return }
        // Somebody else instead.
        watch.left -= 1
        let other = roster.members.randomElement(using: &random)?.node
        if let other, other != homeLink?.node, other != node { watch.want([other]) }
    }
}

// Records that would matter to this user are proven by a dial, without waiting for others' word.
extension ClientCore {
    private mutating func planProofs() {
        guard !votes.isEmpty else { return }
        let basis = ProofPlan.Basis(votes: votes.version, digest: digest)
        if proofs.basis != basis || clock >= proofs.until { proofs = proofPlan(basis) }
        wake(at: proofs.until)
        for node in proofs.nodes {
            guard let pause = votes[node]?.trouble.avoidUntil, pause <= clock else { continue }
            guard witnesses.count < ClientLimits.parallelWitnesses else { return }
            _ = ask(node)
        }
    }

    /// Those that would be in the user's set if they counted; and those for whom nobody could be found to vouch.
    private func proofPlan(_ basis: ProofPlan.Basis) -> ProofPlan {
        var plan = ProofPlan(basis: basis)
        guard let ring, let roster = state.roster else { return plan }
        let placed = votes.sorted.filter { $0.state.isPlaced }
        let new = Set(placed.map(\.record.node))
        let known = roster.placements(where: \.isPlaced).filter { !new.contains($0.node) }
        let all = ring.updated(to: (known + placed.map { Placement($0.record) }).sorted { $0.node < $1.node })
        let set = Array(all.replicaSet(for: configuration.user))
        for candidate in placed {
            let due = candidate.since + ClientLimits.votesMilliseconds
            let isDue = set.contains(candidate.record.node) || due <= clock
            if isDue { plan.nodes.append(candidate.record.node) }
            for time in [due, candidate.trouble.avoidUntil] where time > clock { plan.until = min(plan.until, time) }
        }
        return plan
    }
}

/// Which unproven nodes are to be dialled: computed once for each state of roster and votes, since a ring takes its time.
struct ProofPlan: Sendable {
    struct Basis: Equatable, Sendable {
        var votes: UInt64 = 0
        var digest = Bytes16()
    }

    var basis = Basis()
    var nodes: [NodeID] = []
    /// When it has to be computed anew.
    var until = UInt64.max
}
