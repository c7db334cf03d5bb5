import MeshCrypto
import MeshWire

/// From the queue to its owner: everything that is held, in order, and then live.
extension Engine {
    mutating func onFetch(_ link: LinkID, _ user: UserID, _ fetch: Fetch) {
        guard let state = links[link] else { return }
        guard state.delivery?.request == nil else { return violate(link, "a fetch while another is under way") }
        var session = state.delivery ?? DeliverySession(user: user, request: fetch.request, follows: false)
        session.request = fetch.request
        session.follows = session.follows || fetch.mode == .follow
        session.caughtUp = false
        session.delivered = 0
        links[link]?.delivery = session
        pump(link)
    }

    /// Only its owner gets a queue, and a throwaway key owns none.
    mutating func refuseFetch(_ link: LinkID, _ fetch: Fetch) {
        send(.fetched(Fetched(request: fetch.request, status: .notPermitted, delivered: 0)), to: link)
    }

    /// Reads on where the client and its credit allow it.
    mutating func pump(_ link: LinkID) {
        guard let state = links[link], let session = state.delivery else { return }
        guard !session.caughtUp, session.follows || session.request != nil else { return }
        guard session.reading == nil else {
            links[link]?.delivery?.readAgain = true
            return
        }
        guard state.sendCredit >= WireLimits.creditHeadroom, session.inFlight.count < limits.unacknowledged else {
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
                maximumBytes: min(limits.bytesPerRead, Int(state.sendCredit) * 3 / 4)))
    }

    mutating func onRead(_ token: UInt64, _ result: ReadResult) {
        guard let link = reads.removeValue(forKey: token), links[link]?.delivery != nil else { return }
        links[link]?.delivery?.reading = nil
        switch result {
        case .failed: endFetch(link, .storageFailed)
        case .messages(let messages, let last, let hasMore):
            // Where credit is short, this message and what follows is read again when it is open.
            for message in messages where !deliver(message, id: message.id, to: link) { return }
            links[link]?.delivery?.cursor = last
            if hasMore { pump(link) } else { onQueueEnd(link) }
        }
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
    private mutating func deliver(_ submission: Submission, id: SubmissionID, to link: LinkID) -> Bool {
        guard var state = links[link], var session = state.delivery else { return false }
        guard session.inFlight[id] == nil else { return true }
        let frame = Frame.deliver(Deliver(isEphemeral: false, submission: submission))
        guard frame.meteredBytes <= state.sendCredit, session.inFlight.count < limits.unacknowledged else {
            return false
        }
        state.sendCredit -= frame.meteredBytes
        session.inFlight[id] = submission.expirySeconds
        session.delivered += 1
        state.delivery = session
        links[link] = state
        send(frame, to: link)
        return true
    }

    /// A message on its way into the store: sent now if its recipient is live here, else the link on which it will
    /// count as arriving, so that nothing overtakes it.
    mutating func deliverAtOnce(_ id: SubmissionID, _ submission: Submission) -> LinkID? {
        guard let link = userLinks[submission.recipient], let session = links[link]?.delivery, session.follows else {
            return nil
        }
        if session.isLive, deliver(submission, id: id, to: link) { return nil }
        links[link]?.delivery?.arriving += 1
        links[link]?.delivery?.caughtUp = false
        return link
    }

    /// The store has answered for a message that was not sent at once: now a read finds it.
    mutating func onArrived(_ link: LinkID) {
        guard links[link]?.delivery != nil else { return }
        links[link]?.delivery?.arriving -= 1
        links[link]?.delivery?.caughtUp = false
        pump(link)
    }
}
