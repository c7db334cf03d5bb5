import MeshCrypto
import MeshWire

/// From the queue to its owner: everything that is held, in order, and then live.
extension Engine {
    mutating func onFetch(_ link: LinkID, _ user: UserID, _ fetch: Fetch) {
        guard let state = links[link] else { return }
        guard state.delivery?.request == nil else { return violate(link, "a fetch while another is under way") }
        var session = state.delivery ?? DeliverySession(user: user, request: fetch.request, follows: false)
        if fetch.mode == .follow, !session.follows { session.arriving += awaitPending(for: user, at: link) }
        session.request = fetch.request
        session.follows = session.follows || fetch.mode == .follow
        session.caughtUp = false
        session.delivered = 0
        links[link]?.delivery = session
        pump(link)
    }

    /// Messages on their way into the store may be missing from the first read: they count as arriving at this link,
    /// however they were sent before, and nothing overtakes them.
    private mutating func awaitPending(for user: UserID, at link: LinkID) -> Int {
        let tokens = appends.keys { $0.recipient == user }
        for token in tokens { appends[token]?.arrivingAt = link }
        return tokens.count
    }

    /// Only its owner gets a queue, and a throwaway key owns none.
    mutating func refuseFetch(_ link: LinkID, _ fetch: Fetch) {
        send(.fetched(Fetched(request: fetch.request, status: .notPermitted, delivered: 0)), to: link)
    }

    /// Reads on where the client and its credit allow it.
    mutating func pump(_ link: LinkID) {
        guard let credit = links[link]?.sendCredit, let session = links[link]?.delivery else { return }
        guard !session.caughtUp, session.follows || session.request != nil else { return }
        guard session.reading == nil else {
            links[link]?.delivery?.readAgain = true
            return
        }
        guard credit >= WireLimits.creditHeadroom, session.inFlight.count < limits.unacknowledged else {
            return
        }
        let token = newToken()
        reads[token] = link
        links[link]?.delivery?.reading = token
        emit(
            .read(
                token: token, recipient: session.user, after: session.cursor,
                maximumCount: min(limits.messagesPerRead, limits.unacknowledged - session.inFlight.count),
                // The frames around the messages are paid for out of the same credit.
                maximumBytes: min(limits.bytesPerRead, Int(credit) * 3 / 4)))
    }

    mutating func onRead(_ token: UInt64, _ result: ReadResult) {
        guard let link = reads.removeValue(forKey: token), links[link]?.delivery != nil else { return }
        let removed = links[link]?.delivery?.endRead() ?? []
        switch result {
        case .failed: onReadFailed(link)
        case .held(let messages, let last, let hasMore):
            for message in messages where !removed.contains(message.id) {
                // Where credit is short, this message and what follows is read again when it is open.
                guard deliver(message.submission, id: message.id, to: link) else { return }
            }
            links[link]?.delivery?.cursor = last
            if hasMore { pump(link) } else { onQueueEnd(link) }
        }
    }

    /// Who asked is told; who follows isn't forgotten, for the next message may be long in coming.
    private mutating func onReadFailed(_ link: LinkID) {
        endFetch(link, .storageFailed)
        readDeadlines.add(link, dueMilliseconds: now.monotonicMilliseconds + limits.readAgainMilliseconds)
    }

    private mutating func onQueueEnd(_ link: LinkID) {
        guard var session = links[link]?.delivery else { return }
        if session.readAgain {
            session.readAgain = false
            links[link]?.delivery = session
            return pump(link)
        }
        session.caughtUp = true
        links[link]?.delivery = session
        endFetch(link, .accepted)
    }

    private mutating func endFetch(_ link: LinkID, _ status: DeliveryStatus) {
        guard let session = links[link]?.delivery, let request = session.request else { return }
        links[link]?.delivery?.request = nil
        send(.fetched(Fetched(request: request, status: status, delivered: session.delivered)), to: link)
    }

    /// Sends one message, unless it was sent over this link before. False if credit or window don't reach.
    /// - Parameter again: it is asked for by its id, and sent whether or not it was before.
    mutating func deliver(
        _ submission: Submission, id: SubmissionID, to link: LinkID, again: Bool = false, isHeld: Bool = true
    ) -> Bool {
        let frame = Frame.deliver(Deliver(isEphemeral: false, submission: submission))
        let (bytes, expiry, limit) = (frame.meteredBytes, submission.expirySeconds, limits.unacknowledged)
        switch links[link]?.admit(id, expirySeconds: expiry, meteredBytes: bytes, unacknowledged: limit) {
        case .sentBefore where again: if links[link]?.pay(bytes) != true { return false }
        case .new: break
        case .sentBefore: return true
        case .noRoom, nil: return false
        }
        send(frame, to: link)
        if !recalls.isEmpty { recalls[id]?.kind = .handedOut }
        if isHeld { handedOut.append(MessageKey(submission.recipient, id)) }
        return true
    }

    /// A message on its way into the store: sent now if its recipient is live here, else the link on which it will
    /// count as arriving, so that nothing overtakes it.
    mutating func deliverAtOnce(
        _ id: SubmissionID, _ submission: Submission
    ) -> (arrivingAt: LinkID?, wasSent: Bool) {
        guard let link = userLinks[submission.recipient], links[link]?.delivery?.follows == true else {
            return (nil, false)
        }
        if links[link]?.delivery?.isLive == true, deliver(submission, id: id, to: link, isHeld: false) {
            return (nil, true)
        }
        links[link]?.delivery?.arriving += 1
        links[link]?.delivery?.caughtUp = false
        return (link, false)
    }

    /// The store has answered for a message that was not sent at once: now a read finds it.
    mutating func onArrived(_ link: LinkID) {
        guard links[link]?.delivery != nil else { return }
        links[link]?.delivery?.arriving -= 1
        links[link]?.delivery?.caughtUp = false
        pump(link)
    }
}
