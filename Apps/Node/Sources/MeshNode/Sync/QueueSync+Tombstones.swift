import MeshCrypto
import MeshQueue
import MeshRing
import MeshWire

// Removals to those who are new in a set.
extension QueueSync {
    mutating func beginTombstonesIfDue() {
        if let due = tombstones.dueAt, due <= time {
            tombstones.slowUntil = 0
            if tombstones.underWay == nil { tombstones.begin() }
        }
        pumpTombstones()
    }

    mutating func pumpTombstones() {
        guard let pass = tombstones.underWay, !pass.isFetching else { return }
        guard tombstones.unanswered <= limits.removalsInFlight else { return }
        guard tombstones.slowUntil <= time else { return }
        guard !pass.isExhausted else {
            if tombstones.unanswered == 0 { tombstones.underWay = nil }
            return
        }
        tombstones.underWay?.isFetching = true
        let query = StoreQuery.tombstones(from: pass.cursor, maximumCount: limits.messagesPerPage)
        emit(.query(token: ask(.tombstones), query))
    }

    mutating func onTombstones(_ page: [StoredTombstone], _ next: QueueTombstoneCursor?) {
        tombstones.underWay?.isFetching = false
        tombstones.underWay?.cursor = next
        tombstones.underWay?.isExhausted = next == nil
        for tombstone in page {
            for target in newcomers(to: tombstone.key.recipient) { tell(target, tombstone) }
        }
    }

    /// The walk begins anew later; who goes doesn't wait for it, since the other members of the sets can tell too.
    mutating func onTombstonesFailed() {
        guard let pass = tombstones.underWay else { return }
        tombstones.underWay = nil
        guard draining == nil else { return }
        if tombstones.base == nil { tombstones.base = pass.base }
        tombstones.targets.formUnion(pass.targets)
        tombstones.beginAt = time + limits.retryMaximumMilliseconds
    }

    /// Who may not have heard what was removed for a recipient.
    private func newcomers(to recipient: UserID) -> [NodeID] {
        guard let pass = tombstones.underWay else { return [] }
        let before = pass.base?.replicaSet(for: recipient)
        return view.ring.replicaSet(for: recipient).filter { member in
            member != view.node && (pass.targets.contains(member) || before.map { !$0.contains(member) } ?? false)
        }
    }

    private mutating func tell(_ target: NodeID, _ tombstone: StoredTombstone) {
        guard linked.contains(target) else {
            tombstones.missed.insert(target)
            return
        }
        tombstones.unanswered += 1
        let remove = Remove(request: ask(.remove(target)), recipient: tombstone.key.recipient, proof: tombstone.proof)
        emit(.remove(target, remove))
    }

    /// A member has answered a removal.
    mutating func onRemoveDone(_ answer: ReplicaAnswer, from target: NodeID, now: Moment) {
        self.now = now
        guard case .remove(target) = requests[answer.request] else { return }
        close(answer.request)
        let isDone = answer.status.isAccepted || answer.status == .notHeld
        if answer.status == .rateLimited { tombstones.slowUntil = time + limits.slowMilliseconds }
        endRemove(target, isDone: isDone)
        goOn()
    }

    mutating func endRemove(_ target: NodeID, isDone: Bool) {
        tombstones.unanswered -= 1
        guard !isDone else { return }
        guard linked.contains(target) else {
            tombstones.missed.insert(target)
            return
        }
        tombstones.targets.insert(target)
        if tombstones.beginAt == nil { tombstones.beginAt = time + limits.retryMaximumMilliseconds }
    }
}
