import MeshCrypto
import MeshRing
import MeshWire

// One page: what members lack is read once and sent, then the node may let go.
extension QueueSync {
    /// Reads what is wanted, in turn, as far as the bytes in flight allow.
    mutating func pumpReads() {
        var next = 0
        while next < readers.count, bytesInFlight < limits.bytesInFlight {
            let recipient = readers[next]
            next += 1
            guard let unread = jobs[recipient]?.unread, !unread.isEmpty else { continue }
            let ids = Array(unread.prefix(limits.messagesPerRead))
            jobs[recipient]?.unread.removeFirst(ids.count)
            let request = SyncRequest.read(recipient, ids: ids, reservedBytes: limits.bytesPerRead)
            let keys = ids.map { MessageKey(recipient, $0) }
            emit(
                .query(
                    token: ask(request, about: recipient), .messages(keys, maximumBytes: limits.bytesPerRead)))
        }
        readers.removeFirst(next)
    }

    mutating func onRead(_ recipient: UserID, _ ids: [SubmissionID], _ messages: [Submission], _ examined: Int) {
        // One key at least: a store that looked at none would be asked for ever.
        let count = min(max(examined, 1), ids.count)
        jobs[recipient]?.unread.insert(contentsOf: ids.dropFirst(count), at: 0)
        var missing = Set(ids.prefix(count))
        for message in messages {
            let id = message.id
            if missing.remove(id) != nil { replicate(message, id, recipient) }
        }
        if !missing.isEmpty { lookUp(ids.filter(missing.contains), recipient) }
        if jobs[recipient]?.unread.isEmpty == false { readers.append(recipient) }
        checkPage(recipient)
    }

    private mutating func replicate(_ message: Submission, _ id: SubmissionID, _ recipient: UserID) {
        for target in jobs[recipient]?.wanted[id] ?? [] {
            guard jobs[recipient]?.standings[target] != .failed else { continue }
            let request = SyncRequest.replicate(recipient, target, id, bytes: message.encodedSize)
            emit(.replicate(target, request: ask(request, about: recipient), message))
        }
    }

    private mutating func lookUp(_ ids: [SubmissionID], _ recipient: UserID) {
        let token = ask(.lookup(recipient, ids: ids), about: recipient)
        emit(.query(token: token, .lookup(ids.map { MessageKey(recipient, $0) })))
    }

    /// What wasn't read is gone, of which the members hear otherwise, or it can't be read: then nobody has got it.
    mutating func onLookup(_ recipient: UserID, _ ids: [SubmissionID], _ states: [StoredState]) {
        var gone: Set<SubmissionID> = []
        for (id, state) in zip(ids, states) {
            let targets = jobs[recipient]?.wanted[id] ?? []
            switch state {
            case .held, .unreadable: for target in targets { refuse(target, recipient) }
            case .removed, .unknown:
                for target in targets { jobs[recipient]?.settle(at: target) }
                gone.insert(id)
            }
        }
        // What isn't here can't be let go of.
        jobs[recipient]?.page.removeAll { gone.contains($0) }
        checkPage(recipient)
    }

    /// False if the member answers for another message.
    mutating func onReplicated(_ answer: ReplicaAnswer, from target: NodeID, now: Moment) -> Bool {
        self.now = now
        guard case .replicate(let recipient, target, let id, _) = requests[answer.request] else { return true }
        guard answer.id == id else { return false }
        close(answer.request)
        jobs[recipient]?.open.remove(answer.request)
        if answer.status.isAccepted || answer.status == .expired {
            jobs[recipient]?.settle(at: target)
        } else {
            refuse(target, recipient)
        }
        checkPage(recipient)
        goOn()
        return true
    }

    /// Once nothing of the page is under way: who is in the set goes on, who isn't lets go if the others have it.
    mutating func checkPage(_ recipient: UserID) {
        guard let job = jobs[recipient], job.isPageDone, !job.isReleasing else { return }
        guard !job.plan.keeps, !job.page.isEmpty else { return endPage(recipient) }
        guard mayLetGo(job) else {
            if isEnough(job) {
                jobs[recipient]?.heldByMajority += job.page.count
            } else {
                jobs[recipient]?.isShort = true
            }
            return endPage(recipient)
        }
        jobs[recipient]?.isReleasing = true
        for id in job.page {
            emit(.release(token: ask(.release(recipient, id), about: recipient), MessageKey(recipient, id)))
        }
    }

    /// All R members hold it; or enough of them, and the set has been the same for long.
    private func mayLetGo(_ job: SyncJob) -> Bool {
        if job.confirmed == job.plan.set.count, job.confirmed >= view.replicas { return true }
        guard isEnough(job), let entry = byMajority[job.plan.recipient] else { return false }
        return entry.set.hasMembers(of: job.plan.set) && time >= entry.since + limits.majorityMilliseconds
    }

    mutating func onReleased(_ recipient: UserID, isStable: Bool) {
        if isStable {
            draining?.released += 1
        } else {
            jobs[recipient]?.wasRefused = true
            jobs[recipient]?.isShort = true
        }
        if jobs[recipient]?.open.isEmpty == true { endPage(recipient) }
    }
}
