import MeshCrypto
import MeshRing
import MeshWire

// The link to receive on and submit: the best member that can be reached.
extension ClientCore {
    /// Begins at most one attempt: at a member better than the present home, at a stranger if no member is left, else it
    /// asks for start addresses.
    mutating func planHome() {
        guard state.roster != nil, survey == nil else { return }
        let current = homeLink.map(rank(of:)) ?? Int.max
        guard current > 0 else { return }
        if home == nil, homeHold > clock { return wake(at: homeHold) }
        let inFlight = links.filter { $0.purpose == .home && $0.id != home }
        guard inFlight.count < ClientLimits.parallelHomes else { return }
        if let newest = inFlight.map(\.since).max(), clock < newest + ClientLimits.staggerMilliseconds {
            return wake(at: newest + ClientLimits.staggerMilliseconds)
        }
        if approachMember(betterThan: current, except: inFlight.compactMap(\.node)) {
            return wake(at: clock + ClientLimits.staggerMilliseconds)
        }
        guard home == nil, inFlight.isEmpty, wantsStranger else { return }
        startsAreWanted = true
        approachStranger()
    }

    /// Dials the best member whose pause is over.
    private mutating func approachMember(betterThan current: Int, except busy: [NodeID]) -> Bool {
        for (rank, node) in set.members.enumerated() where rank < current && !busy.contains(node) {
            guard isWantedAsHome(node) else { continue }
            let pause = troubled.avoidUntil(node)
            if pause > clock {
                wake(at: pause)
            } else if approach(node) {
                return true
            }
        }
        return false
    }

    /// In mode `.once` a node whose queue is empty is needed for submissions only.
    private mutating func isWantedAsHome(_ node: NodeID) -> Bool {
        guard configuration.mode == .once, !submits.hasWaiting() else { return true }
        if case .ended = sweep?.stage(of: node) { return false }
        return !hasReported
    }

    private var wantsStranger: Bool { configuration.mode != .once || !submits.isEmpty }

    /// Dials a member, or takes over the link that leads there already.
    private mutating func approach(_ node: NodeID) -> Bool {
        let role = role(at: node)
        if role == .user, let link = userLink(to: node), let index = index(of: link.id) {
            links[index].purpose = .home
            if link.isOpen { candidateOpened(link.id) }
            return true
        }
        return dial(node, purpose: .home, role: role)
    }

    /// The identity is shown only where it is needed, for receiving.
    private func role(at node: NodeID) -> LinkRole {
        guard configuration.mode != .submitOnly, set.members.contains(node) else { return .guest }
        if configuration.mode == .once, hasReported { return .guest }
        return .user
    }

    /// A node outside the set, picked at random: it takes submissions and knows the roster. The first few come at once,
    /// the next ones with backoff.
    private mutating func approachStranger() {
        guard strangers.avoidUntil <= clock else { return wake(at: strangers.avoidUntil) }
        guard let members = state.roster?.members, !members.isEmpty else { return }
        for _ in 0..<ClientLimits.strangers {
            let member = members[Int.random(in: members.indices, using: &random)]
            guard member.state != .left, !set.members.contains(member.node),
                troubled.avoidUntil(member.node) <= clock
            else { continue }
            if dial(member.node, purpose: .home, role: .guest) { break }
        }
        strangers.fail(at: clock, &random)
        wake(at: max(strangers.avoidUntil, clock + 1))
    }

    func rank(of link: ClientLink) -> Int { link.node.map { set.rank(of: $0) } ?? Int.max }
}

// What becomes of candidates.
extension ClientCore {
    /// A candidate has said hello: it becomes the home, unless that is better.
    mutating func candidateOpened(_ id: ClientLinkID) {
        guard let index = index(of: id) else { return }
        if let current = homeLink, rank(of: current) <= rank(of: links[index]) { return retire(id) }
        becomeHome(id)
    }

    /// A candidate that came too late can still be fetched from.
    private mutating func retire(_ id: ClientLinkID) {
        guard let index = index(of: id), let node = links[index].node else { return }
        if links[index].dial.role == .user, case .waiting = sweep?.stage(of: node) {
            links[index].purpose = .sweep
            sweep?.update(node) { $0.stage = .running(id) }
            beginSweep(on: id)
        } else {
            end(id, .done)
        }
    }

    private mutating func becomeHome(_ id: ClientLinkID) {
        guard let index = index(of: id), let node = links[index].node else { return }
        let old = home
        let rank = rank(of: links[index])
        home = id
        homeHold = 0
        links[index].giveUpComparison()
        strangers = Trouble()
        for start in starts.indices { starts[start].trouble = Trouble() }
        let isMember = rank < set.members.count
        notice(.connected(node, isResidence: node == set.residence, isMember: isMember))
        if links[index].dial.role == .user { receive(on: id, node) }
        if let old { drain(old) }
        for link in links where link.purpose == .home && link.id != id && self.rank(of: link) >= rank {
            end(link.id, .done)
        }
        submits.retriesAreDirty = true
    }

    private mutating func receive(on id: ClientLinkID, _ node: NodeID) {
        if configuration.mode == .follow {
            fetch(id, .follow)
            // The home link's own fetch does it.
            sweep?.remove(node)
        } else if let index = index(of: id), links[index].fetches.isEmpty, !hasReported {
            sweep?.update(node) { task in
                if case .ended(nil) = task.stage { return }
                task.stage = .running(id)
            }
            fetch(id, .queued)
        }
    }

    /// The home link is gone. One that had settled is dialled again first, after its pause: a short cut of the network
    /// shouldn't send everybody to the next member.
    mutating func homeLost(_ link: ClientLink, _ cause: LinkEnd) {
        home = nil
        watch.reset()
        guard let node = link.node else { return }
        switch cause {
        case .loss, .dead:
            let hasSettled = link.isOpen && clock >= link.since + ClientLimits.settledMilliseconds
            if hasSettled, rank(of: link) < set.members.count { homeHold = troubled.avoidUntil(node) }
        default: break
        }
        notice(.disconnected(node, reason: "\(cause)", retryAt: nextAttempt))
    }

    /// When the next dial for a home link begins.
    private var nextAttempt: UInt64 {
        if homeHold > clock { return homeHold }
        return max(clock, set.members.map { troubled.avoidUntil($0) }.min() ?? clock)
    }
}
