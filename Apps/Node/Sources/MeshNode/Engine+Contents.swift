import MeshCrypto
import MeshWire

/// What the store was asked for somebody.
enum PendingQuery: Sendable {
    case recall(LinkID, Recall)
    case contents(LinkID, request: UInt32)
    case these(LinkID, request: UInt32)
    case compare(LinkID, Compare)
    case offer(LinkID, Offer)
}

/// What a queue's owner may ask of any member, to find out what is withheld (DESIGN §7.9).
extension Engine {
    mutating func onContents(_ link: LinkID, _ user: UserID, _ contents: Contents) {
        if let refusal = refusalOfRare(link) {
            let page = ContentsPage(request: contents.request, status: refusal, last: 0, more: false, ids: [])
            return send(.contentsPage(page), to: link)
        }
        let token = newToken()
        queries[token] = .contents(link, request: contents.request)
        emit(.query(token: token, .list(user, after: contents.after, maximumCount: WireLimits.idsPerFrame)))
    }

    mutating func onFetchThese(_ link: LinkID, _ user: UserID, _ request: IDRequest) {
        if let refusal = refusalOfRare(link) {
            return send(.fetched(Fetched(request: request.request, status: refusal, delivered: 0)), to: link)
        }
        let token = newToken()
        queries[token] = .these(link, request: request.request)
        if links[link]?.delivery == nil {
            links[link]?.delivery = DeliverySession(user: user, request: nil, follows: false)
        }
        let keys = request.ids.map { MessageKey(user, $0) }
        emit(.query(token: token, .messages(keys, maximumBytes: limits.bytesPerRead)))
    }

    mutating func onAnswered(_ token: UInt64, _ answer: StoreAnswer) {
        if QueueSync.owns(token) { return onSyncAnswered(token, answer) }
        switch queries.removeValue(forKey: token) {
        case .recall(let link, let recall): onLookedUp(link, recall, answer)
        case .contents(let link, let request): sendContents(link, request, answer)
        case .these(let link, let request): deliverThese(link, request, answer)
        case .compare(let link, let compare): answerCompare(link, compare, answer)
        case .offer(let link, let offer): answerOffer(link, offer, answer)
        case nil: break
        }
    }

    private mutating func sendContents(_ link: LinkID, _ request: UInt32, _ answer: StoreAnswer) {
        guard links[link] != nil else { return }
        var page = ContentsPage(request: request, status: .storageFailed, last: 0, more: false, ids: [])
        if case .list(let messages, let hasMore) = answer {
            page = ContentsPage(
                request: request, status: .accepted, last: messages.last?.sequence ?? 0, more: hasMore,
                ids: messages.map(\.id))
        }
        send(.contentsPage(page), to: link)
    }

    /// As far as credit reaches, also what was sent over this link before; `fetched` says how many, and who wants the
    /// rest asks again.
    private mutating func deliverThese(_ link: LinkID, _ request: UInt32, _ answer: StoreAnswer) {
        guard links[link] != nil else { return }
        guard case .messages(let messages, _) = answer else {
            return send(.fetched(Fetched(request: request, status: .storageFailed, delivered: 0)), to: link)
        }
        var delivered: UInt32 = 0
        for message in messages {
            guard deliver(message, id: message.id, to: link, again: true) else { break }
            delivered += 1
        }
        send(.fetched(Fetched(request: request, status: .accepted, delivered: delivered)), to: link)
    }
}
