import MeshCrypto
import MeshWire

/// Removal by proof (DESIGN §7.3): the recipient shows the secret from inside the envelope, or signs the id of what it
/// can't open. A secret names the one message that it fits; no node's word deletes anything.
extension Engine {
    mutating func onAcknowledge(_ link: LinkID, _ user: UserID, _ entries: [DisclosedSecret]) {
        for entry in entries { remove(link, user, entry.acknowledged(by: user).id, .acknowledgement(entry)) }
    }

    mutating func onDiscard(_ link: LinkID, _ user: UserID, _ entries: [Discard]) {
        for entry in entries {
            guard entry.isSigned(by: user, network: network) else {
                send(.removed([Removed(id: entry.id, status: .proofRefused)]), to: link)
                continue
            }
            remove(link, user, entry.id, .discard(entry))
        }
    }

    private mutating func remove(_ link: LinkID, _ user: UserID, _ id: SubmissionID, _ proof: RemovalProof) {
        guard stopping == nil, removals.count < limits.pendingMessages else {
            let status: DeliveryStatus = stopping == nil ? .busy : .stopping
            return send(.removed([Removed(id: id, status: status)]), to: link)
        }
        let token = newToken()
        // A signature says nothing of the expiry: what was delivered over another link may have the latest possible one.
        let expiry = proof.expirySeconds ?? links[link]?.delivery?.inFlight[id] ?? latestExpirySeconds
        removals[token] = (link, id)
        emit(
            .remove(
                token: token, recipient: user, id: id, proof: proof,
                keepUntilSeconds: expiry.addingSaturating(limits.tombstoneSeconds)))
    }

    mutating func onRemoved(_ link: LinkID, _ id: SubmissionID, _ outcome: StoreOutcome) {
        guard links[link] != nil else { return }
        // The window of unacknowledged messages may have been what held the rest back.
        let wasFull = links[link]?.delivery?.inFlight.count == limits.unacknowledged
        if outcome != .failed { links[link]?.delivery?.onRemoved(id, wasHeld: outcome == .removed) }
        send(.removed([Removed(id: id, status: DeliveryStatus(outcome))]), to: link)
        if wasFull { pump(link) }
    }
}
