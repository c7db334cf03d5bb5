import MeshCrypto
import MeshWire

extension ClientCore {
    /// Asks the home for what is open.
    mutating func ask(_ id: ClientLinkID) {
        guard !goOnIfSettled(id), let index = index(of: id), let open = links[index].comparison?.open else { return }
        guard let home, let homeIndex = self.index(of: home), home != id,
            let node = links[homeIndex].node, set.members.contains(node), links[homeIndex].dial.role == .user
        else { return take(id, accusing: nil) }
        // A node delivers as far as credit reaches: what the app still has would make it look as if it lacked the rest.
        guard links[homeIndex].withApp.values.allSatisfy({ $0 == 0 }) else {
            return pause(id, ClientLimits.askPauseMilliseconds)
        }
        let request = links[homeIndex].request()
        links[homeIndex].questions[request] = id
        links[homeIndex].fetchedAt = clock
        links[index].comparison?.stage = .asking(home, request: request)
        links[index].comparison?.asked = open.count
        out.append(.send(home, .fetchThese(IDRequest(request: request, ids: open.sorted()))))
    }

    private mutating func pause(_ id: ClientLinkID, _ milliseconds: UInt64) {
        guard let index = index(of: id) else { return }
        links[index].comparison?.stage = .pausing(until: clock + milliseconds)
        wake(at: clock + milliseconds)
    }

    /// The home's answer: what it had has come before it.
    mutating func onAsked(_ homeIndex: Int, _ id: ClientLinkID, _ answer: Fetched) {
        guard let node = links[homeIndex].node else { return }
        let hasRoom = links[homeIndex].withApp.values.allSatisfy { $0 == 0 }
        guard let index = index(of: id), case .asking = links[index].comparison?.stage, !goOnIfSettled(id) else {
            return
        }
        guard !answer.status.isAccepted || (!gaveSome(index) && hasRoom) else {
            return pause(id, ClientLimits.askPauseMilliseconds)
        }
        links[index].comparison?.denials += 1
        let comparison = links[index].comparison
        if comparison?.isHomeBehind == true || (comparison?.denials ?? 0) >= ClientLimits.denials {
            links[index].comparison?.isHomeBehind = true
            inquire(id, about: node)
        } else {
            // Another member's commit may be a little ahead of the home's.
            pause(id, ClientLimits.denialPauseMilliseconds)
        }
    }

    /// Whether anything has come since it was asked for. What the node says that it delivered counts for nothing: one that
    /// gives nothing would be asked for ever.
    private func gaveSome(_ index: Int) -> Bool {
        links[index].comparison.map { $0.open.count < $0.asked } ?? false
    }

    /// The home is gone. One that stayed silent about what it was asked for hasn't given it.
    mutating func homeAskedLost(_ link: ClientLink, _ cause: LinkEnd) {
        for id in link.questions.values.sorted() {
            guard let index = index(of: id), case .asking(link.id, _) = links[index].comparison?.stage else { continue }
            if case .fault(.unresponsive) = cause, let node = link.node {
                inquire(id, about: node)
            } else {
                links[index].comparison?.stage = .pausing(until: 0)
            }
        }
    }

    /// Whether the member has the other's receipts for what that one doesn't give: members keep each other's.
    private mutating func inquire(_ id: ClientLinkID, about node: NodeID) {
        guard !goOnIfSettled(id), let index = index(of: id), let open = links[index].comparison?.open else { return }
        links[index].comparison?.accused = node
        for message in open {
            suspicions[message] = Suspicion(node: node, giver: links[index].dial.node ?? node)
        }
        let request = links[index].request()
        links[index].comparison?.stage = .inquiring(request: request)
        links[index].expectReceipts(of: open.count * set.members.count)
        links[index].fetchedAt = clock
        out.append(.send(id, .receiptsOf(IDRequest(request: request, ids: open.sorted()))))
    }

    mutating func take(_ id: ClientLinkID, accusing node: NodeID?) {
        guard let index = index(of: id) else { return }
        links[index].comparison?.accused = node
        links[index].comparison?.stage = .taking(request: nil)
        take(id)
    }

    /// Asks the member itself for what is open, as far as credit reaches.
    mutating func take(_ id: ClientLinkID) {
        guard !goOnIfSettled(id), let index = index(of: id), let open = links[index].comparison?.open,
            links[index].withApp.values.allSatisfy({ $0 == 0 })
        else { return }
        let request = links[index].request()
        links[index].comparison?.stage = .taking(request: request)
        links[index].comparison?.asked = open.count
        links[index].fetchedAt = clock
        out.append(.send(id, .fetchThese(IDRequest(request: request, ids: open.sorted()))))
    }

    /// The member's own answer to one of the questions of a comparison.
    /// - Returns: false if this is no answer to one.
    mutating func onCompared(_ index: Int, _ answer: Fetched) -> Bool {
        let id = links[index].id
        if links[index].forgotten.remove(answer.request) != nil { return true }
        switch links[index].comparison?.stage {
        case .inquiring(answer.request): take(id, accusing: links[index].comparison?.accused)
        case .taking(answer.request):
            links[index].comparison?.stage = .taking(request: nil)
            let hasRoom = links[index].withApp.values.allSatisfy { $0 == 0 }
            guard !goOnIfSettled(id), !gaveSome(index), hasRoom else { return true }
            // It has none of the rest any more: removed meanwhile.
            for message in links[index].comparison?.open ?? [] { suspicions[message] = nil }
            links[index].comparison?.open = []
            goOnIfSettled(id)
        default: return false
        }
        return true
    }
}
