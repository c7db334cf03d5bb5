import MeshCrypto
import MeshRing
import MeshWire

/// What another node compares with this one's queues, or offers.
extension Engine {
    /// Whose queues differ here is told from digests alone.
    mutating func onCompare(_ link: LinkID, _ compare: Compare) {
        guard mayAskStore(link) else { return violate(link, "more compares and offers than it may have open") }
        let token = newToken()
        links[link]?.openQuestions += 1
        queries[token] = .compare(link, compare)
        emit(
            .query(
                token: token,
                .digests(
                    key: compare.key, of: compare.entries.map(\.recipient),
                    expiringAfterSeconds: QueueSync.digestHorizonSeconds(now))))
    }

    /// Messages that this node should hold, if it is in the recipient's set.
    mutating func onOffer(_ link: LinkID, _ node: NodeID, _ offer: Offer) {
        guard mayAskStore(link) else { return violate(link, "more compares and offers than it may have open") }
        guard stopping == nil else { return refuse(offer, .stopping, link) }
        guard mayHold(offer.recipient, from: node) else {
            if offer.rosterDigest != digest { compareRosters(link, offer.rosterDigest) }
            return refuse(offer, .notInSet, link)
        }
        let token = newToken()
        links[link]?.openQuestions += 1
        queries[token] = .offer(link, offer)
        emit(.query(token: token, .lookup(offer.ids.map { MessageKey(offer.recipient, $0) })))
    }

    /// Whether this node is in a recipient's set, or will be once the node that hands something over has left: that one
    /// may be about to.
    /// - Parameter node: who hands over; nil where it only counts how it is now.
    mutating func mayHold(_ recipient: UserID, from node: NodeID?) -> Bool {
        if ring.replicaSet(for: recipient).contains(configuration.node) { return true }
        guard let node, placed.contains(where: { $0.node == node }) else { return false }
        if ringWithout?.node != node {
            ringWithout = (node, ring.updated(to: placed.filter { $0.node != node }))
        }
        return ringWithout?.ring.replicaSet(for: recipient).contains(configuration.node) ?? false
    }

    /// Each costs the store up to 512 look-ups: who has many open at once isn't waiting for answers.
    private func mayAskStore(_ link: LinkID) -> Bool {
        links[link].map { $0.openQuestions < limits.syncQuestionsPerLink } ?? false
    }

    private mutating func refuse(_ offer: Offer, _ status: DeliveryStatus, _ link: LinkID) {
        send(.wanted(Wanted(request: offer.request, status: status, ids: [])), to: link)
    }

    mutating func answerCompare(_ link: LinkID, _ compare: Compare, _ answer: StoreAnswer) {
        links[link]?.openQuestions -= 1
        // Who compares asks again: silence is all that there is for a failure.
        guard links[link] != nil, case .digests(let digests) = answer else { return }
        let differing = zip(compare.entries, digests).filter { entry, own in
            entry.count != own.count || entry.digest != own.digest
        }
        send(.differ(Differ(key: compare.key, recipients: differing.map(\.0.recipient))), to: link)
        for (entry, own) in differing where own.count > 0 { sync.onOthersDiffer(entry.recipient, now: now) }
    }

    /// What was removed here goes back as proofs, what is unknown is wanted.
    mutating func answerOffer(_ link: LinkID, _ offer: Offer, _ answer: StoreAnswer) {
        links[link]?.openQuestions -= 1
        guard links[link] != nil else { return }
        guard case .lookup(let states) = answer else { return refuse(offer, .storageFailed, link) }
        var wanted: [SubmissionID] = []
        var comesElsewhere = false
        for (id, state) in zip(offer.ids, states) {
            switch state {
            case .held: break
            case .unknown, .unreadable: if expect(id, link) { wanted.append(id) } else { comesElsewhere = true }
            case .removed(let proof, _):
                send(
                    .remove(Remove(request: newToken(), recipient: offer.recipient, proof: proof)), to: link)
            }
        }
        let status: DeliveryStatus = comesElsewhere ? .busy : .accepted
        send(.wanted(Wanted(request: offer.request, status: status, ids: wanted)), to: link)
    }

    /// Forgets messages that have not come.
    mutating func dropUnmetExpectations() {
        let time = now.monotonicMilliseconds
        if !expected.isEmpty { expected = expected.filter { $0.value.until > time } }
    }

    /// Whether a message is to be asked for: when a set changes, several holders offer it to the new member at once.
    private mutating func expect(_ id: SubmissionID, _ link: LinkID) -> Bool {
        let time = now.monotonicMilliseconds
        if let other = expected[id], other.link != link, other.until > time, links[other.link] != nil { return false }
        if expected.count < limits.expectedMessages {
            expected[id] = (link, time + limits.expectedMilliseconds)
        }
        return true
    }
}
