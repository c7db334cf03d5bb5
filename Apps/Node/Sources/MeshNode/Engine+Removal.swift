import MeshCrypto
import MeshRing
import MeshWire

/// Removal by proof (DESIGN §7.3): the recipient shows the secret from inside the envelope, or signs the id of what it
/// can't open. A secret names the one message that it fits; no node's word deletes anything. What one member has removed
/// it tells the others of the set, with the proof.
extension Engine {
    mutating func onAcknowledge(_ link: LinkID, _ user: UserID, _ entries: [DisclosedSecret]) {
        for entry in entries { remove(link, user, entry.acknowledged(by: user).id, .acknowledgement(entry)) }
        sendRemoved()
    }

    mutating func onDiscard(_ link: LinkID, _ user: UserID, _ entries: [Discard]) {
        for entry in entries {
            if entry.isSigned(by: user, network: network) {
                remove(link, user, entry.id, .discard(entry))
            } else {
                noteRemoved(link, entry.id, .proofRefused)
            }
        }
        sendRemoved()
    }

    private mutating func remove(_ link: LinkID, _ user: UserID, _ id: SubmissionID, _ proof: RemovalProof) {
        let sentExpiry = links[link]?.delivery?.inFlight[id]
        if let refusal = refusalOfRemoval() ?? (sentExpiry == nil ? refusalOfRare(link) : nil) {
            return noteRemoved(link, id, refusal)
        }
        remove(.owner(link), user, id, proof, expirySeconds: sentExpiry)
    }

    /// - Parameter expirySeconds: the message's, where the proof doesn't say it and somebody else knows.
    mutating func remove(
        _ source: PendingRemoval.Source, _ recipient: UserID, _ id: SubmissionID, _ proof: RemovalProof,
        expirySeconds: UInt32? = nil
    ) {
        let token = newToken()
        // A signature says nothing of the expiry: what was delivered over another link may have the latest possible one.
        let expiry = min(proof.expirySeconds ?? expirySeconds ?? latestExpirySeconds, latestExpirySeconds)
        removals[token] = PendingRemoval(source: source, recipient: recipient, id: id, proof: proof)
        emit(
            .remove(
                token: token, recipient: recipient, id: id, proof: proof,
                keepUntilSeconds: expiry.addingSaturating(limits.tombstoneSeconds)))
    }

    /// Why nothing can be removed now; nil if it can.
    func refusalOfRemoval() -> DeliveryStatus? {
        if stopping != nil { return .stopping }
        return removals.count < limits.pendingMessages ? nil : .busy
    }

    /// What is dear to the node and rare among honest clients: a removal of what was not sent over this link may be
    /// remembered for a message that nobody has, and costs disk for two weeks; lists and fetches by id read it.
    mutating func refusalOfRare(_ link: LinkID) -> DeliveryStatus? {
        let (rate, burst, time) = (limits.rareRequestsPerSecond, limits.rareRequestBurst, now.monotonicMilliseconds)
        let isWithin = links[link]?.rareRequests.take(rate: rate, burst: burst, now: time) ?? false
        return isWithin ? nil : .rateLimited
    }

    /// Another member has removed a message, and shows why.
    mutating func onRemove(_ link: LinkID, _ node: NodeID, _ remove: Remove) {
        guard let id = remove.proof.removes(of: remove.recipient, network: network) else {
            let refused = SubmissionID(Bytes16())
            return send(
                .removeDone(ReplicaAnswer(request: remove.request, status: .proofRefused, id: refused)), to: link)
        }
        if let refusal = refusalOfRemoval() ?? refusalOfStrange(node) {
            return send(.removeDone(ReplicaAnswer(request: remove.request, status: refusal, id: id)), to: link)
        }
        self.remove(.member(link, node, request: remove.request), remove.recipient, id, remove.proof)
    }

    private mutating func refusalOfStrange(_ node: NodeID) -> DeliveryStatus? {
        strangeRemovals.take(node, limits: limits, now: now.monotonicMilliseconds) ? nil : .rateLimited
    }

    /// Now and then: the operator hears of what was refused.
    mutating func reportStrangeRemovals() {
        for (node, count) in strangeRemovals.takeRefused() { emit(.notice(.removalsRefused(from: node, count: count))) }
        strangeRemovals.keep { membership.roster[$0] != nil }
    }

    mutating func onRemoved(_ removal: PendingRemoval, _ outcome: StoreOutcome) {
        let isNew = outcome == .removed || outcome == .remembered
        let status = DeliveryStatus(outcome)
        switch removal.source {
        case .owner(let link):
            noteRemoved(link, removal.id, status)
            endDelivery(of: removal.id, at: link, outcome)
            if isNew { spread(removal) }
        case .member(let link, let node, let request):
            if outcome != .remembered { strangeRemovals.giveBack(node) }
            if links[link] != nil {
                send(.removeDone(ReplicaAnswer(request: request, status: status, id: removal.id)), to: link)
            }
        case .sender(let link, let request): onRecallEnded(removal.id, status, link, request)
        }
        if let link = userLinks[removal.recipient], !removal.isOver(link) {
            endDelivery(of: removal.id, at: link, outcome)
        }
    }

    /// A client isn't sent what has been removed.
    private mutating func endDelivery(of id: SubmissionID, at link: LinkID, _ outcome: StoreOutcome) {
        guard outcome != .failed, links[link]?.delivery != nil else { return }
        // The window of unacknowledged messages may have been what held the rest back.
        let wasFull = links[link]?.delivery?.inFlight.count == limits.unacknowledged
        links[link]?.delivery?.onRemoved(id, wasHeld: outcome == .removed)
        if wasFull { pump(link) }
    }

    /// Tells the other members. What one of them doesn't hear now it is told when queues are compared.
    private mutating func spread(_ removal: PendingRemoval) {
        guard copies > 1 else { return }
        for member in ring.replicaSet(for: removal.recipient) where member != configuration.node {
            guard let link = nodeLinks[member]?.standing else {
                mend(removal.recipient)
                continue
            }
            send(
                .remove(Remove(request: newToken(), recipient: removal.recipient, proof: removal.proof)), to: link)
        }
    }

    /// One frame tells a client of all that it had removed in one turn, as far as it fits.
    private mutating func noteRemoved(_ link: LinkID, _ id: SubmissionID, _ status: DeliveryStatus) {
        if removedLink != link || removed.count == WireLimits.removalsPerFrame { sendRemoved() }
        removedLink = link
        removed.append(Removed(id: id, status: status))
    }

    mutating func sendRemoved() {
        guard let link = removedLink else { return }
        if links[link] != nil { send(.removed(removed), to: link) }
        removedLink = nil
        removed.removeAll(keepingCapacity: true)
    }
}
