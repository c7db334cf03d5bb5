import MeshCrypto
import MeshRing
import MeshWire

/// A client's message: checked, then to a member of the recipient's set (DESIGN §7.1).
extension Engine {
    mutating func onSubmit(_ link: LinkID, _ submit: Submit) {
        let submission = submit.submission
        let id = submission.id
        let origin = Origin(
            kind: .client, link: link, request: UInt64(submit.request),
            meteredBytes: Frame.submit(submit).meteredBytes, wantsReceipts: submit.options.contains(.receipts))
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

    /// This node takes it if it is in the recipient's set, else the first member that hasn't been asked and has a link.
    mutating func route(
        _ origin: Origin, _ id: SubmissionID, _ submission: Submission, asked: [NodeID], refusal: DeliveryStatus?
    ) {
        let set = ring.replicaSet(for: submission.recipient)
        if set.contains(configuration.node) { return coordinate(origin, id, submission, set) }
        for member in set where !asked.contains(member) {
            guard let link = nodeLinks[member]?.standing else { continue }
            return forward(origin, id, submission, to: link, asked: asked + [member], refusal: refusal)
        }
        answer(origin, id, refusal ?? .unreachable)
    }

    /// Ends a submission: its origin is told, and gets its credit back.
    /// - Parameter copies: how many members have it on stable storage, as far as is known.
    mutating func answer(_ origin: Origin, _ id: SubmissionID, _ status: DeliveryStatus, copies: UInt8 = 0) {
        let needed = UInt8(self.copies / 2 + 1)
        if origin.kind == .own { return onOwnCopy(origin.request, status) }
        if origin.wantsReceipts, !status.isAccepted { receiptWaits.remove(id) }
        guard links[origin.link] != nil else { return }
        switch origin.kind {
        case .client:
            let request = UInt32(truncatingIfNeeded: origin.request)
            send(
                .submitted(Submitted(request: request, status: status, id: id, copies: copies, needed: needed)),
                to: origin.link)
        case .forwarder:
            send(
                .forwarded(
                    Forwarded(request: origin.request, status: status, id: id, copies: copies, needed: needed)),
                to: origin.link)
        case .coordinator:
            send(.replicated(ReplicaAnswer(request: origin.request, status: status, id: id)), to: origin.link)
        case .own: break
        }
        release(origin.link, origin.meteredBytes)
    }
}
