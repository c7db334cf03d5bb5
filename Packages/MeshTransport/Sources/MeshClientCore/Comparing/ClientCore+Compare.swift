import MeshCrypto
import MeshRing
import MeshWire

// What other members list and the home has not delivered: it is asked for by id, twice, and then taken from the other.
extension ClientCore {
    /// Begins what a link to a member or former member was opened for. A member of the present set is compared with the
    /// home; what former members hold is simply fetched.
    mutating func beginSweep(on id: ClientLinkID) {
        guard let index = index(of: id), let node = links[index].node else { return }
        guard set.members.contains(node) else { return fetch(id, .queued) }
        links[index].comparison = Comparison()
    }

    /// Moves every comparison on that waits for nothing but time or the home.
    mutating func planComparisons() {
        for id in links.map(\.id) {
            guard let index = index(of: id), let comparison = links[index].comparison else { continue }
            switch comparison.stage {
            case .waiting: beginComparing(index)
            case .pausing(let until): if until <= clock { ask(id) } else { wake(at: until) }
            case .taking(request: nil): take(id)
            case .listing, .asking, .inquiring, .taking, .done: break
            }
        }
    }

    /// The member to compare with: the home, if it is one.
    private var reference: ClientLink? {
        guard let home = homeLink, home.dial.role == .user, let node = home.node, set.members.contains(node) else {
            return nil
        }
        return home
    }

    private mutating func beginComparing(_ index: Int) {
        let id = links[index].id
        if let reference {
            if reference.hasCaughtUp { list(id) }
        } else if !links.contains(where: { $0.purpose == .home && $0.dial.role == .user }) {
            // Nobody to compare with: everything is fetched.
            links[index].comparison = nil
            fetch(id, .queued)
        }
    }

    private mutating func list(_ id: ClientLinkID) {
        guard let index = index(of: id), let after = links[index].comparison?.after else { return }
        let request = links[index].request()
        links[index].comparison?.stage = .listing(request: request)
        links[index].fetchedAt = clock
        out.append(.send(id, .contents(Contents(request: request, after: after))))
    }

    mutating func onContentsPage(_ index: Int, _ page: ContentsPage) {
        let id = links[index].id
        if links[index].forgotten.remove(page.request) != nil { return }
        guard case .listing(page.request) = links[index].comparison?.stage else {
            return end(id, .fault(.unknownRequest(.contentsPage, request: page.request)))
        }
        guard page.status.isAccepted else {
            links[index].comparison = nil
            return fetch(id, .queued)
        }
        let after = links[index].comparison?.after ?? 0
        guard !page.more || page.last > after else { return end(id, .fault(.badContentsPage)) }
        let open = page.ids.filter { !isKnown($0, at: index) }
        links[index].comparison?.after = page.last
        links[index].comparison?.pages += 1
        let hasRoom = links[index].comparison?.pages ?? 0 < ClientLimits.contentsPages
        links[index].comparison?.hasMore = page.more && hasRoom
        links[index].comparison?.open = Set(open)
        links[index].comparison?.denials = 0
        links[index].comparison?.stage = .pausing(until: 0)
        goOnIfSettled(id)
    }

    /// What has come over another link needn't come over this one; but what the app says to it, this node hears too.
    private mutating func isKnown(_ id: SubmissionID, at index: Int) -> Bool {
        switch deliveries[id] {
        case .answered(let header, let verdict):
            queue(verdict, header, id, index)
            return true
        case .withApp:
            if links[index].withApp[id] == nil {
                links[index].withApp[id] = 0
                deliveries.addSource(links[index].id, of: id)
            }
            return true
        case nil: return false
        }
    }

    /// - Returns: whether nothing is open any more; the comparison has then moved on.
    @discardableResult
    mutating func goOnIfSettled(_ id: ClientLinkID) -> Bool {
        guard let index = index(of: id), let comparison = links[index].comparison else { return true }
        let open = comparison.open.filter { !isKnown($0, at: index) }
        links[index].comparison?.open = open
        guard open.isEmpty else { return false }
        if comparison.hasMore {
            list(id)
        } else {
            links[index].comparison?.stage = .done
            advance(id)
        }
        return true
    }
}
