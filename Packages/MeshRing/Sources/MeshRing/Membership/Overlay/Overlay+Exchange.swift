import MeshCrypto

/// Anti-entropy: what peers say their digests are, and when they were asked for their rosters.
struct ExchangeState: Sendable {
    /// The latest digest that each linked peer told.
    var heard: [NodeID: Heard] = [:]
    /// Which difference was last asked about.
    var asked: [NodeID: Question] = [:]
    var nextQuestion: UInt64 = 0
    var hasAskedForAll = false

    struct Heard: Equatable {
        let digest: Bytes16
        let at: UInt64
    }

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
        exchange.heard[peer] = .init(digest: digest, at: now)
        roster.settle()
        if isMember(peer) { _ = splitViews.hear(digest, from: peer, now: now) }
        guard digest != roster.digest else { return }
        let delay = exchange.hasAskedForAll ? style.exchangeDelay : 0
        timers.setEarlier(.exchange, at: max(now + delay, exchange.nextQuestion))
    }

    /// Asks one of those who differ, chosen at random: a liar among them can't keep the others from being heard.
    mutating func onExchangeDue(_ now: UInt64) {
        roster.settle()
        let differing = links.peers.filter { isDifferent($0, now) }
        guard !differing.isEmpty else { return }
        exchange.nextQuestion = now + random.jittered(MembershipLimits.exchangeInterval)
        let askable = differing.filter { mayAsk($0, now) }
        timers.set(.exchange, at: askable.isEmpty ? now + MembershipLimits.exchangeRepeat : exchange.nextQuestion)
        guard let peer = random.sample(askable, 1).first else { return }
        exchange.asked[peer] = .init(theirs: exchange.heard[peer]!.digest, ours: roster.digest, at: now)
        if style.comparesItself, exchange.hasAskedForAll {
            notes.append(.differs(peer))
        } else {
            exchange.hasAskedForAll = true
            actions.append(.requestRoster(from: peer))
        }
    }

    private func isDifferent(_ peer: NodeID, _ now: UInt64) -> Bool {
        guard let heard = exchange.heard[peer], heard.digest != roster.digest else { return false }
        return style.digestLifetime.map { now <= heard.at + $0 } ?? true
    }

    /// The same two digests aren't compared again for a while: then the peers judge differently, and records don't
    /// help.
    private func mayAsk(_ peer: NodeID, _ now: UInt64) -> Bool {
        guard let question = exchange.asked[peer] else { return true }
        let isSame = question.theirs == exchange.heard[peer]?.digest && question.ours == roster.digest
        return !isSame || now >= question.at + MembershipLimits.exchangeRepeat
    }

    mutating func onTellDigestDue() {
        let peers = style.digestFanout.map { random.sample(links.peers, $0) } ?? links.peers
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
