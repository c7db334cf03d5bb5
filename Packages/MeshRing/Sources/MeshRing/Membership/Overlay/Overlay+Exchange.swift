import MeshCrypto

/// Anti-entropy: when peers were asked for their rosters. (What they say their digests are is in the ``LinkTable``.)
struct ExchangeState: Sendable {
    /// Which difference was last asked about.
    var asked: NodeMap<Question>
    var nextQuestion: UInt64 = 0
    var hasAskedForAll = false

    init(key: UInt64) {
        asked = NodeMap(key: key)
    }

    struct Question: Equatable, Sendable {
        let theirs: Bytes16
        let ours: Bytes16
        let at: UInt64
    }
}

// Where digests differ, one peer after the other is asked for its roster.
extension Overlay {
    mutating func onDigest(_ digest: Bytes16, from peer: NodeID, _ now: UInt64) {
        guard links.hear(digest, from: peer, at: now) else { return }
        roster.settle()
        if isMember(peer) { _ = splitViews.hear(digest, from: peer, now: now) }
        guard digest != roster.digest else { return }
        let delay = exchange.hasAskedForAll ? style.exchangeDelay : 0
        timers.setEarlier(.exchange, at: max(now + delay, exchange.nextQuestion))
    }

    /// Asks one of those who differ, chosen at random: a liar among them can't keep the others from being heard.
    mutating func onExchangeDue(_ now: UInt64) {
        roster.settle()
        let differing = differingPeers(now)
        guard !differing.isEmpty else { return }
        exchange.nextQuestion = now + random.jittered(MembershipLimits.exchangeInterval)
        let askable = differing.filter { mayAsk($0, now) }
        timers.set(.exchange, at: askable.isEmpty ? now + MembershipLimits.exchangeRepeat : exchange.nextQuestion)
        guard let peer = random.sample(askable, 1).first, let told = links.told(by: peer) else { return }
        exchange.asked[peer] = .init(theirs: told.digest, ours: roster.digest, at: now)
        if style.comparesItself, exchange.hasAskedForAll {
            notes.append(.differs(peer))
        } else {
            exchange.hasAskedForAll = true
            actions.append(.requestRoster(from: peer))
        }
    }

    private func differingPeers(_ now: UInt64) -> [NodeID] {
        let (own, lifetime) = (roster.digest, style.digestLifetime)
        return links.peers { told in
            told.digest != own && lifetime.map { now <= told.at + $0 } ?? true
        }
    }

    /// The same two digests aren't compared again for a while: then the peers judge differently, and records don't
    /// help.
    private func mayAsk(_ peer: NodeID, _ now: UInt64) -> Bool {
        guard let question = exchange.asked[peer] else { return true }
        let isSame = question.theirs == links.told(by: peer)?.digest && question.ours == roster.digest
        return !isSame || now >= question.at + MembershipLimits.exchangeRepeat
    }

    mutating func onTellDigestDue() {
        let peers = style.digestFanout.map { random.sample(links.peers, $0) } ?? links.peers
        for peer in peers { actions.append(.sendDigest(to: peer)) }
    }

    /// Passes a believed record on to some who may not know it yet.
    mutating func spread(_ node: NodeID) {
        guard let member = roster[node] else { return }
        let peers = random.sample(links.peers, MembershipLimits.spreadFanout, without: links.index(ofPeer: node))
        let report = ReportedRecord(member.record, state: member.state)
        for peer in peers { actions.append(.sendRecords([report], to: peer)) }
    }
}
