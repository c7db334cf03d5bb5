import MeshCrypto
import MeshWire

/// Removal by proof (DESIGN §7.3): the recipient shows the secret from inside the envelope, or signs the id of what it
/// can't open. The store checks it against what it holds; no node's word deletes anything.
extension Engine {
    mutating func onAcknowledge(_ link: LinkID, _ user: UserID, _ entries: [Acknowledgement]) {
        for entry in entries { remove(link, user, entry.id, .acknowledgement(entry.secret)) }
    }

    mutating func onDiscard(_ link: LinkID, _ user: UserID, _ entries: [Discard]) {
        for entry in entries { remove(link, user, entry.id, .discard(entry.signature)) }
    }

    private mutating func remove(_ link: LinkID, _ user: UserID, _ id: SubmissionID, _ proof: RemovalProof) {
        guard stopping == nil, removals.count < limits.pendingMessages else {
            let status: DeliveryStatus = stopping == nil ? .busy : .stopping
            return send(.removed([Removed(id: id, status: status)]), to: link)
        }
        let token = newToken()
        // What was delivered over another link has an expiry that isn't at hand: the latest possible one.
        let expiry = links[link]?.delivery?.inFlight[id] ?? latestExpirySeconds
        removals[token] = (link, id)
        emit(
            .remove(
                token: token, recipient: user, id: id, proof: proof,
                keepUntilSeconds: expiry.addingSaturating(limits.tombstoneSeconds)))
    }

    mutating func onRemoved(_ token: UInt64, _ result: RemoveResult) {
        guard let (link, id) = removals.removeValue(forKey: token), links[link] != nil else { return }
        // The window of unacknowledged messages may have been what held the rest back.
        let wasFull = links[link]?.delivery?.inFlight.count == limits.unacknowledged
        if result == .removed || result == .notHeld {
            links[link]?.delivery?.onRemoved(id, wasHeld: result == .removed)
        }
        send(.removed([Removed(id: id, status: DeliveryStatus(result))]), to: link)
        if wasFull { pump(link) }
    }
}
