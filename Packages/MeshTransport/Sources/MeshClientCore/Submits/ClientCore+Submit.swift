import MeshCrypto
import MeshRing
import MeshWire

extension ClientCore {
    mutating func onSubmit(_ token: SubmitToken, _ submission: Submission, _ deadline: UInt64) {
        if let failure = refusal(of: submission) { return out.append(.submitted(token, .failure(failure))) }
        submits.add(
            PendingSubmit(token: token, submission: submission, id: submission.id, deadline: deadline))
    }

    private func refusal(of submission: Submission) -> SubmitFailure? {
        switch phase {
        case .ended(.stopped): return .stopped
        case .ended(.replaced): return .replaced
        case .idle, .running: break
        }
        guard submits.count < ClientLimits.pendingSubmits else {
            return .tooManyPending(limit: ClientLimits.pendingSubmits)
        }
        guard submits.bytes + submission.encodedSize <= ClientLimits.pendingSubmitBytes else {
            return .tooManyPendingBytes(limit: ClientLimits.pendingSubmitBytes)
        }
        return nil
    }

    mutating func onCancel(_ token: SubmitToken) {
        if let sequence = submits.sequence(of: token) { submits.remove(sequence) }
    }

    /// Dropped unless it can go out at once: what comes late is worth nothing.
    mutating func onEphemeral(_ submission: Submission) {
        let frame = Frame.ephemeral(submission)
        guard let home, let index = index(of: home), !submits.hasWaiting(), links[index].credit >= frame.meteredBytes
        else { return }
        links[index].credit -= frame.meteredBytes
        out.append(.send(home, frame))
    }

    /// Sends what can be sent: in order on the home link, refused ones also through another node.
    mutating func pump() {
        if let home { while let sequence = submits.firstFresh(), send(sequence, on: home) {} }
        if submits.retriesAreDirty || clock >= retryAt { pumpRetries() } else if retryAt != .max { wake(at: retryAt) }
        if let index = home.flatMap({ index(of: $0) }), links[index].submitsPausedUntil > clock {
            wake(at: links[index].submitsPausedUntil)
        }
    }

    /// - Returns: false if the link can't take it now.
    private mutating func send(_ sequence: UInt64, on id: ClientLinkID) -> Bool {
        guard let submit = submits[sequence], let index = index(of: id), links[index].isOpen,
            links[index].submitsPausedUntil <= clock, links[index].submits.count < ClientLimits.unansweredSubmits
        else { return false }
        let request = links[index].nextRequest
        let frame = Frame.submit(Submit(request: request, rosterDigest: digest, submission: submit.submission))
        guard links[index].credit >= frame.meteredBytes else { return false }
        links[index].nextRequest &+= 1
        links[index].credit -= frame.meteredBytes
        links[index].submits[request] = sequence
        links[index].expectReceipts(of: replicas)
        links[index].usedAt = clock
        submits.markSent(sequence, on: id, at: clock)
        out.append(.send(id, frame))
        return true
    }

    private mutating func pumpRetries() {
        submits.retriesAreDirty = false
        retryAt = .max
        var needed: UInt64?
        for sequence in submits.retries {
            guard let submit = submits[sequence], case .retry(let notBefore) = submit.stage else { continue }
            if notBefore > clock {
                retryAt = min(retryAt, notBefore)
            } else if let link = route(submit) {
                if !send(sequence, on: link) { pauseRetries(on: link) }
            } else if home != nil {
                needed = needed ?? sequence
            }
        }
        if let needed { planRelay(for: needed) }
        if retryAt != .max { wake(at: retryAt) }
    }

    private mutating func pauseRetries(on id: ClientLinkID) {
        guard let index = index(of: id), links[index].submitsPausedUntil > clock else { return }
        retryAt = min(retryAt, links[index].submitsPausedUntil)
    }

    /// The open link to a node that hasn't refused it: the home link, else the one for such cases.
    private func route(_ submit: PendingSubmit) -> ClientLinkID? {
        let routes = links.filter { $0.isOpen && ($0.id == home || $0.purpose == .relay) }
        let usable = routes.filter { link in link.node.map { !submit.avoid.contains($0) } ?? false }
        return (usable.first { $0.id == home } ?? usable.first)?.id
    }

    /// Opens a link to another member, as a guest, for a submission that the home's node refused.
    private mutating func planRelay(for sequence: UInt64) {
        guard let submit = submits[sequence] else { return }
        if let relay = links.first(where: { $0.purpose == .relay }) {
            let isUseless = relay.node.map { submit.avoid.contains($0) } ?? true
            guard isUseless, !hasLiveSubmits(relay) else { return }
            end(relay.id, .done)
        }
        let homeNode = homeLink?.node
        let candidates = relayCandidates.filter { $0 != homeNode && !submit.avoid.contains($0) }
        for node in candidates where troubled.avoidUntil(node) <= clock {
            if dial(node, purpose: .relay, role: .guest) { return }
        }
        if let pause = candidates.map({ troubled.avoidUntil($0) }).filter({ $0 > clock }).min() {
            retryAt = min(retryAt, pause)
        } else {
            // Nobody is left: the first may be asked again.
            let again = clock + ClientLimits.firstBackoffMilliseconds
            submits.retry(sequence, notBefore: again) { $0.avoid = [] }
            retryAt = min(retryAt, again)
        }
    }

    /// The members, then some others that are alive.
    private var relayCandidates: [NodeID] {
        let others = (state.roster?.members ?? []).lazy.filter { $0.state.isPlaced && !set.members.contains($0.node) }
        return set.members + others.prefix(ClientLimits.strangers).map(\.node)
    }

    func hasLiveSubmits(_ link: ClientLink) -> Bool {
        link.submits.values.contains { sequence in
            if case .sent(link.id, _) = submits[sequence]?.stage { true } else { false }
        }
    }
}
