import MeshCrypto
import MeshWire

extension ClientCore {
    /// Asks for the queue; one fetch a link at a time, so behind one that is under way.
    mutating func fetch(_ id: ClientLinkID, _ mode: Fetch.Mode) {
        guard let index = index(of: id) else { return }
        guard links[index].fetches.allSatisfy(\.isAnswered) else { return links[index].nextFetch = mode }
        let request = links[index].request()
        links[index].fetches.removeAll(where: \.isAnswered)
        links[index].fetches.append(FetchProgress(request: request, mode: mode))
        links[index].fetchedAt = clock
        out.append(.send(id, .fetch(Fetch(request: request, rosterDigest: digest, mode: mode))))
    }

    mutating func onFetched(_ index: Int, _ answer: Fetched) {
        let id = links[index].id
        if let asker = links[index].questions.removeValue(forKey: answer.request) {
            links[index].fetchedAt = clock
            onAsked(index, asker, answer)
            return advance(id)
        }
        if onCompared(index, answer) { return }
        guard let answered = links[index].fetches.firstIndex(where: { $0.request == answer.request && !$0.isAnswered })
        else { return end(id, .fault(.unknownRequest(.fetched, request: answer.request))) }
        links[index].fetches[answered].isAnswered = true
        links[index].fetchedAt = clock
        guard answer.status.isAccepted else { return refused(index, answer.status) }
        links[index].fetchRefusals = 0
        links[index].hasCaughtUp = true
        if links[index].fetches[answered].mode == .follow, let node = links[index].node {
            notice(.caughtUp(node, delivered: Int(answer.delivered)))
        }
        if let next = links[index].nextFetch {
            links[index].nextFetch = nil
            fetch(id, next)
        }
        advance(id)
    }

    private mutating func refused(_ index: Int, _ status: DeliveryStatus) {
        links[index].nextFetch = nil
        let link = links[index]
        guard let node = link.node else { return }
        notice(.fetchRefused(node, status))
        if configuration.mode == .follow, link.purpose == .home {
            followRefused(index, status)
        } else {
            sweep?.update(node) { task in
                if case .running(link.id) = task.stage { task.stage = .ended(.refused(status)) }
            }
            if link.purpose != .home { end(link.id, .done) }
        }
    }

    /// For now: try again, after an exchange of rosters if the node doesn't count itself in our set. For good: follow
    /// another member.
    private mutating func followRefused(_ index: Int, _ status: DeliveryStatus) {
        let link = links[index]
        links[index].fetchRefusals += 1
        guard status.isTemporary, links[index].fetchRefusals < ClientLimits.fetchRefusals else {
            return end(link.id, .refused(status))
        }
        links[index].fetchAgainAt = clock + ClientLimits.fetchAgainMilliseconds
        if status == .notInSet { links[index].isExchangeForced = true }
    }

    /// Closes a link that was opened to fetch, once nothing is left on it.
    mutating func advance(_ id: ClientLinkID) {
        guard let index = index(of: id), let node = links[index].node else { return }
        let link = links[index]
        guard link.isSettled else { return }
        switch link.purpose {
        case .sweep:
            guard link.hasFetched else { return }
            taskDone(link, node)
            end(id, .done)
        case .home:
            if configuration.mode == .once, !link.fetches.isEmpty { taskDone(link, node) }
        case .drain:
            taskDone(link, node)
            if !hasLiveSubmits(link) { end(id, .done) }
        case .start, .relay, .recall, .witness: break
        }
    }

    private mutating func taskDone(_ link: ClientLink, _ node: NodeID) {
        let failure = link.removalRefusal.map { FetchFailure.removalRefused($0) }
        sweep?.update(node) { task in
            // A drained link does what a task was waiting to do.
            switch task.stage {
            case .running(link.id), .waiting: task.stage = .ended(failure)
            case .running, .ended: return
            }
            task.delivered = link.delivered
        }
        if failure == nil { forgetFormer(node) }
    }
}
