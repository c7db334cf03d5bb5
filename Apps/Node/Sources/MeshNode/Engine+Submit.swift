import MeshCrypto
import MeshRing
import MeshWire

/// A client's message: checked, then to the recipient's residence (DESIGN §7.1).
extension Engine {
    mutating func onSubmit(_ link: LinkID, _ submit: Submit) {
        let submission = submit.submission
        let id = submission.id
        let origin = Origin.client(link, request: submit.request, metered: Frame.submit(submit).meteredBytes)
        guard mayGoOn(link) else { return answer(origin, id, .rateLimited) }
        if let refusal = refusal(of: submission) { return answer(origin, id, refusal) }
        route(origin, id, submission, asked: [], refusal: nil)
    }

    /// Whether the link is within the rate of one client.
    mutating func mayGoOn(_ link: LinkID) -> Bool {
        let (rate, burst, time) = (limits.submissionsPerSecond, limits.submissionBurst, now.monotonicMilliseconds)
        return links[link]?.submissions.take(rate: rate, burst: burst, now: time) ?? false
    }

    /// What is wrong with a submission wherever it came from.
    func refusal(of submission: Submission) -> DeliveryStatus? {
        if stopping != nil { return .stopping }
        if submission.flags != 0 { return .unknownFlags }
        if submission.expirySeconds <= now.wallSeconds { return .expired }
        if submission.expirySeconds > latestExpirySeconds { return .expiryTooFar }
        let isFull = appends.count + forwards.count >= limits.pendingMessages || pendingBytes >= limits.pendingBytes
        return isFull ? .busy : nil
    }

    /// The latest expiry that a message may have which is taken now.
    var latestExpirySeconds: UInt32 {
        now.wallSeconds.addingSaturating(WireLimits.expiryAheadSeconds + WireLimits.clockToleranceSeconds)
    }

    /// To the first member of the recipient's set that hasn't been asked and can be: this node or one with a link.
    mutating func route(
        _ origin: Origin, _ id: SubmissionID, _ submission: Submission, asked: [NodeID], refusal: DeliveryStatus?
    ) {
        for member in ring.replicaSet(for: submission.recipient) where !asked.contains(member) {
            if member == configuration.node { return store(origin, id, submission) }
            guard let link = nodeLinks[member]?.standing else { continue }
            return forward(origin, id, submission, to: link, asked: asked + [member], refusal: refusal)
        }
        answer(origin, id, refusal ?? .unreachable)
    }

    /// Ends a submission: its origin is told, and gets its credit back.
    mutating func answer(_ origin: Origin, _ id: SubmissionID, _ status: DeliveryStatus) {
        let copies: UInt8 = status.isAccepted ? 1 : 0
        switch origin {
        case .client(let link, let request, _):
            guard links[link] != nil else { return }
            send(
                .submitted(Submitted(request: request, status: status, id: id, copies: copies, needed: 1)), to: link)
        case .node(let link, let request, _):
            guard links[link] != nil else { return }
            send(
                .forwarded(Forwarded(request: request, status: status, id: id, copies: copies, needed: 1)), to: link)
        }
        release(origin.link, origin.meteredBytes)
    }
}
