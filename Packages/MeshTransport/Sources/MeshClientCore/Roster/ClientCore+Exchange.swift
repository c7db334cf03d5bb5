import MeshCrypto
import MeshRing
import MeshWire

// Rosters come page by page over links that need them.
extension ClientCore {
    mutating func planExchanges() {
        for index in links.indices where wantsExchange(links[index]) {
            if links[index].exchangeNotBefore > clock {
                wake(at: links[index].exchangeNotBefore)
            } else {
                beginExchange(index)
            }
        }
    }

    /// A digest other than ours, and other than the one that the last exchange with this node ended with.
    private func wantsExchange(_ link: ClientLink) -> Bool {
        guard link.isOpen, link.exchange == nil else { return false }
        if link.isExchangeForced { return true }
        guard link.purpose == .home || link.purpose == .sweep else { return false }
        return link.peerDigest != digest && link.peerDigest != link.settledDigest
    }

    private mutating func beginExchange(_ index: Int) {
        links[index].isExchangeForced = false
        links[index].exchangeNotBefore = clock + exchangePause
        let exchange = RosterExchange(request: links[index].request(), at: clock)
        links[index].exchange = exchange
        ask(exchange, links[index].id)
    }

    /// The larger the roster, the rarer it is asked for: about 15 kB/s at the most.
    var exchangePause: UInt64 {
        let nodes = UInt64(state.roster?.members.count ?? 0)
        return max(ClientLimits.exchangeMilliseconds, nodes * ClientLimits.exchangeMillisecondsPerNode)
    }

    private mutating func ask(_ exchange: RosterExchange, _ link: ClientLinkID) {
        out.append(.send(link, .rosterRequest(RosterRequest(request: exchange.request, after: exchange.after))))
    }

    mutating func onDigest(_ index: Int, _ digest: Bytes16) {
        guard spend(index, .digest) else { return }
        links[index].peerDigest = digest
        hear(digest, on: links[index])
    }

    mutating func onPage(_ index: Int, _ page: RosterPage) {
        let id = links[index].id
        guard var exchange = links[index].exchange, exchange.request == page.request,
            let parameters = links[index].parameters
        else { return end(id, .fault(.unknownRequest(.rosterPage, request: page.request))) }
        links[index].exchange = nil
        let goesOn: Bool
        let known = KnownNetwork(parameters, roster: state.roster)
        do { goesOn = try exchange.take(page, network: known) } catch { return end(id, .fault(error)) }
        if goesOn {
            exchange.askedAt = clock
            links[index].exchange = exchange
            ask(exchange, id)
        } else {
            links[index].peerDigest = page.rosterDigest
            links[index].settledDigest = page.rosterDigest
            finish(exchange, index)
        }
    }

    /// All pages are there: now they count.
    private mutating func finish(_ exchange: RosterExchange, _ index: Int) {
        let link = links[index]
        guard let node = link.node, let parameters = link.parameters else { return }
        if exchange.dropped.count > 0 {
            notice(.recordsDropped(by: node, count: exchange.dropped.count, first: exchange.dropped.first))
        }
        var reports = exchange.reports
        if let own = link.ownRecord { reports.insertOwn(own) }
        guard found(parameters, link, reports) else {
            return end(link.id, .fault(.badRosterPage("no record of network \(parameters.id) in its roster")))
        }
        if case .start(let start) = link.purpose { noteStart(start, node) }
        guard let teller = teller(link) else { return }
        survey?.voices.insert(teller.voice)
        merge(reports, by: teller, home == link.id ? .authoritative : home == nil ? .discovery : .hearsay)
        if link.purpose != .witness { rosterWish?.confirm(at: clock) }
        // Merging may have ended the link.
        guard let index = self.index(of: link.id) else { return }
        hear(link.peerDigest, on: link)
        switch link.purpose {
        case .start(let start): startAnswered(index, start)
        case .witness:
            compareSets(reports, link)
            end(link.id, .done)
        default: break
        }
    }

    /// What starts after the first say is worth more than what only the first one leads to.
    private mutating func noteStart(_ start: Int, _ node: NodeID) {
        starts[start].node = node
        guard let firstStart else { return firstStart = start }
        if start != firstStart, starts[firstStart].node != node { anchors.insert(node) }
    }

    /// Takes over a network on its first roster.
    private mutating func found(
        _ parameters: NetworkParameters, _ link: ClientLink, _ reports: [ReportedRecord]
    ) -> Bool {
        guard state.roster == nil else { return true }
        guard !reports.isEmpty else { return false }
        if configuration.network == nil, case .start(let start) = link.purpose {
            notice(.networkFirstSeen(parameters.id, parameters, at: configuration.startAddresses[start]))
        }
        state.roster = Roster(parameters: parameters)
        beginSurvey()
        return true
    }
}

/// Somebody waits for the roster.
struct RosterWish: Sendable {
    /// It is answered at this time at the latest, then perhaps with an old one.
    let until: UInt64
    /// When a node has confirmed it.
    private(set) var confirmedAt: UInt64?

    mutating func confirm(at now: UInt64) { confirmedAt = confirmedAt ?? now }
}

// `rosterWanted`.
extension ClientCore {
    mutating func onRosterWanted() {
        rosterWish = RosterWish(until: clock + ClientLimits.rosterMilliseconds)
        guard let home, let index = index(of: home) else { return }
        links[index].isExchangeForced = true
        watch.clearHeard()
        watch.roundAt = clock
        watch.againAt = clock
    }

    /// Once the home's node has confirmed it, and others have been heard or had time for it.
    mutating func answerRosterWish() {
        guard let wish = rosterWish else { return }
        if let confirmedAt = wish.confirmedAt {
            let end = confirmedAt + ClientLimits.witnessMilliseconds
            guard clock >= end || (!watch.isAsking && witnesses.isEmpty) else { return wake(at: end) }
        } else {
            guard clock >= wish.until else { return }
        }
        rosterWish = nil
        out.append(.roster(rosterView(isFresh: wish.confirmedAt != nil)))
    }
}

extension [ReportedRecord] {
    /// Adds a node's own record where its roster lacks it.
    fileprivate mutating func insertOwn(_ record: NodeRecord) {
        let index = firstIndex { $0.record.node >= record.node } ?? endIndex
        if index < endIndex, self[index].record.node == record.node {
            if record.supersedes(self[index].record) { self[index] = ReportedRecord(record, state: .alive) }
        } else {
            insert(ReportedRecord(record, state: .alive), at: index)
        }
    }
}
