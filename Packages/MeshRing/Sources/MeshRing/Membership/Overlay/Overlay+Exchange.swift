import MeshCrypto

/// Anti-entropy: what peers say their digests are, and when they were asked for their rosters.
struct ExchangeState: Sendable {
    /// The latest digest that each linked peer told.
    var heard: [NodeID: Bytes16] = [:]
    /// Which difference was last asked about.
    var asked: [NodeID: Question] = [:]
    var nextQuestion: UInt64 = 0

    struct Question: Equatable {
        let theirs: Bytes16
        let ours: Bytes16
        let at: UInt64
    }

    mutating func forget(_ node: NodeID) {
        heard[node] = nil
        asked[node] = nil
    }
}

// Where digests differ, one peer after the other is asked for its roster.
extension Overlay {
    mutating func onDigest(_ digest: Bytes16, from peer: NodeID, _ now: UInt64) {
        guard links.isLinked(peer) else { return }
        exchange.heard[peer] = digest
        if digest != roster.digest { timers.setEarlier(.exchange, at: max(now, exchange.nextQuestion)) }
    }

    /// Asks one of those who differ, chosen at random: a liar among them can't keep the others from being heard.
    mutating func onExchangeDue(_ now: UInt64) {
        roster.settle()
        let differing = links.peers.filter { exchange.heard[$0] != nil && exchange.heard[$0] != roster.digest }
        guard !differing.isEmpty else { return }
        exchange.nextQuestion = now + random.jittered(MembershipLimits.exchangeInterval)
        let askable = differing.filter { mayAsk($0, now) }
        timers.set(.exchange, at: askable.isEmpty ? now + MembershipLimits.exchangeRepeat : exchange.nextQuestion)
        guard let peer = random.sample(askable, 1).first else { return }
        exchange.asked[peer] = .init(theirs: exchange.heard[peer]!, ours: roster.digest, at: now)
        actions.append(.requestRoster(from: peer))
    }

    /// The same two digests aren't compared again for a while: then the peers judge differently, and records don't
    /// help.
    private func mayAsk(_ peer: NodeID, _ now: UInt64) -> Bool {
        guard let question = exchange.asked[peer] else { return true }
        let isSame = question.theirs == exchange.heard[peer] && question.ours == roster.digest
        return !isSame || now >= question.at + MembershipLimits.exchangeRepeat
    }

    mutating func onTellDigestDue() {
        let peers = digestFanout.map { random.sample(links.peers, $0) } ?? links.peers
        for peer in peers { actions.append(.sendDigest(to: peer)) }
    }

    /// Passes a believed record on to some who may not know it yet.
    mutating func spread(_ node: NodeID) {
        guard let member = roster[node] else { return }
        let peers = random.sample(links.peers.filter { $0 != node }, MembershipLimits.spreadFanout)
        let report = ReportedRecord(member.record, state: member.state)
        for peer in peers { actions.append(.sendRecords([report], to: peer)) }
    }
}
