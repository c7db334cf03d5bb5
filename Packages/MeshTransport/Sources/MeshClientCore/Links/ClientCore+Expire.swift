import MeshCrypto
import MeshWire

// Everything that happens because time has passed.
extension ClientCore {
    mutating func expire() {
        expireSubmits()
        for id in links.map(\.id) {
            guard let index = index(of: id), linkDeadline(links[index]) <= clock else { continue }
            expire(index)
        }
    }

    /// When something is due on a link.
    func linkDeadline(_ link: ClientLink) -> UInt64 {
        switch link.phase {
        case .dialing(let since): return since + ClientLimits.dialMilliseconds
        case .greeting(let since): return since + ClientLimits.helloMilliseconds
        case .open: break
        }
        var deadline = lifeDeadline(link)
        if let exchange = link.exchange { deadline = min(deadline, exchange.askedAt + ClientLimits.pageMilliseconds) }
        if link.waitsForPeer { deadline = min(deadline, link.fetchedAt + ClientLimits.fetchMilliseconds) }
        if let at = link.fetchAgainAt { deadline = min(deadline, at) }
        if isIdleRelay(link) { deadline = min(deadline, link.usedAt + ClientLimits.idleMilliseconds) }
        return deadline
    }

    private func lifeDeadline(_ link: ClientLink) -> UInt64 {
        if let pingedAt = link.pingedAt { return pingedAt + ClientLimits.pongMilliseconds }
        return link.lastHeard + ClientLimits.pingMilliseconds
    }

    private func isIdleRelay(_ link: ClientLink) -> Bool { link.purpose == .relay && !hasLiveSubmits(link) }

    private mutating func expire(_ index: Int) {
        let link = links[index]
        switch link.phase {
        case .dialing:
            out.append(.close(link.id, nil))
            end(link.id, .dial(.timedOut))
        case .greeting: end(link.id, .fault(.helloTimedOut))
        case .open: expireOpen(link, index)
        }
    }

    private mutating func expireOpen(_ link: ClientLink, _ index: Int) {
        if let exchange = link.exchange, exchange.askedAt + ClientLimits.pageMilliseconds <= clock {
            return end(link.id, .fault(.unresponsive("a page of the roster")))
        }
        if link.waitsForPeer, link.fetchedAt + ClientLimits.fetchMilliseconds <= clock {
            return end(link.id, .fault(.unresponsive("the rest of a fetch")))
        }
        if isIdleRelay(link), link.usedAt + ClientLimits.idleMilliseconds <= clock {
            return end(link.id, .done)
        }
        if lifeDeadline(link) <= clock {
            if link.pingedAt != nil { return end(link.id, .dead) }
            links[index].pingedAt = clock
            out.append(.send(link.id, .ping(clock)))
        }
        if let at = link.fetchAgainAt, at <= clock {
            links[index].fetchAgainAt = nil
            fetch(link.id, .follow)
        }
    }
}
