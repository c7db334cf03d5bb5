import MeshCrypto
import MeshRing
import MeshWire

// One queue: planned, listed, offered.
extension QueueSync {
    mutating func startJobs() {
        var begun = 0
        while begun < waiting.count, jobs.count < limits.recipientsAtOnce {
            begin(waiting[begun])
            begun += 1
        }
        waiting.removeFirst(begun)
    }

    private mutating func begin(_ planned: SyncPlan) {
        let recipient = planned.recipient
        guard jobs[recipient] == nil else { return }
        var plan = planned
        if !view.ring.replicaSet(for: recipient).hasMembers(of: planned.set) {
            guard let renewed = view.plan(for: recipient, SyncDemand(everything: true)) else { return }
            plan = renewed
        }
        // Without a link there is nothing to do; when one comes up, a lap follows.
        guard plan.targets.contains(where: linked.contains) else {
            if draining != nil { retry(recipient) }
            return
        }
        jobs[recipient] = SyncJob(plan)
        list(recipient)
    }

    private mutating func list(_ recipient: UserID) {
        guard let after = jobs[recipient]?.after else { return }
        let query = StoreQuery.list(recipient, after: after, maximumCount: limits.messagesPerPage)
        emit(.query(token: ask(.list(recipient), about: recipient), query))
    }

    mutating func ask(_ request: SyncRequest, about recipient: UserID) -> UInt64 {
        let token = ask(request)
        jobs[recipient]?.open.insert(token)
        return token
    }

    mutating func onListing(_ recipient: UserID, _ messages: [StoredMessage], _ hasMore: Bool) {
        guard let plan = jobs[recipient]?.plan else { return }
        guard !messages.isEmpty else { return endJob(recipient) }
        jobs[recipient]?.begin(messages, hasMore: hasMore)
        let ids = messages.map(\.id)
        for target in plan.targets {
            jobs[recipient]?.standings[target] = linked.contains(target) ? .offered : .failed
            guard linked.contains(target) else { continue }
            let request = ask(.offer(recipient, target), about: recipient)
            emit(.offer(target, request: request, recipient: recipient, ids: ids))
        }
        checkAnswered(recipient)
    }

    /// False if the member names messages that weren't offered.
    mutating func onWanted(_ wanted: Wanted, from target: NodeID, now: Moment) -> Bool {
        self.now = now
        guard case .offer(let recipient, target) = requests[wanted.request] else { return true }
        close(wanted.request)
        jobs[recipient]?.open.remove(wanted.request)
        let (isWhole, takes) = (wanted.status.isAccepted, wanted.status.isAccepted || wanted.status == .busy)
        let isSound = !takes || jobs[recipient]?.lack(wanted.ids, at: target, isWhole: isWhole) == true
        if !takes || !isSound { refuse(target, recipient) }
        // What comes from another node is looked for again.
        if !isWhole { jobs[recipient]?.wasRefused = true }
        checkAnswered(recipient)
        goOn()
        return isSound
    }

    mutating func refuse(_ target: NodeID, _ recipient: UserID) {
        jobs[recipient]?.fail(target)
        jobs[recipient]?.wasRefused = true
    }

    /// Once all members have answered, what they lack is read.
    private mutating func checkAnswered(_ recipient: UserID) {
        guard let job = jobs[recipient], job.isAnswered else { return }
        jobs[recipient]?.unread = job.page.filter { job.wanted[$0] != nil }
        if !job.wanted.isEmpty { readers.append(recipient) }
        checkPage(recipient)
    }

    /// A peer has not answered in time, or its link is gone: that is dealt with when it is back.
    mutating func abandon(_ token: UInt64) {
        switch close(token) {
        case .compare(let target): abandonCompare(with: target)
        case .remove(let target): endRemove(target, isDone: false)
        case .offer(let recipient, let target):
            abandon(token, recipient, target)
            checkAnswered(recipient)
        case .replicate(let recipient, let target, _, _):
            abandon(token, recipient, target)
            checkPage(recipient)
        default: break
        }
    }

    private mutating func abandon(_ token: UInt64, _ recipient: UserID, _ target: NodeID) {
        jobs[recipient]?.open.remove(token)
        jobs[recipient]?.fail(target)
        if linked.contains(target) { jobs[recipient]?.wasRefused = true }
    }

    /// Work that a newer ring has made worthless begins anew.
    mutating func abort(_ job: SyncJob) {
        let recipient = job.plan.recipient
        for token in job.open { close(token) }
        jobs[recipient] = nil
        readers.removeAll { $0 == recipient }
        if let plan = view.plan(for: recipient, SyncDemand(everything: true)) { waiting.append(plan) }
    }

    /// The store failed.
    mutating func failJob(_ recipient: UserID) {
        guard let job = jobs[recipient] else { return }
        for token in job.open { close(token) }
        readers.removeAll { $0 == recipient }
        jobs[recipient]?.wasRefused = true
        jobs[recipient]?.isShort = true
        endJob(recipient)
    }

    // MARK: Ends

    func isEnough(_ job: SyncJob) -> Bool { job.confirmed >= view.majority }

    mutating func endPage(_ recipient: UserID) {
        if jobs[recipient]?.hasMore == true { list(recipient) } else { endJob(recipient) }
    }

    private mutating func endJob(_ recipient: UserID) {
        guard let job = jobs.removeValue(forKey: recipient) else { return }
        if draining != nil {
            draining?.setHeldElsewhere(job.heldByMajority, for: recipient)
            if job.isShort || (job.wasRefused && draining?.laps ?? 0 < Self.drainLaps) { retry(recipient) }
        } else if job.wasRefused {
            retry(recipient)
        }
        note(job)
    }

    /// Where enough members hold everything, a node that goes waits for the others only so many laps.
    private static let drainLaps = 3

    /// Since when a majority has had the copies.
    private mutating func note(_ job: SyncJob) {
        let recipient = job.plan.recipient
        guard !job.plan.keeps, !job.isShort, job.heldByMajority > 0 else {
            byMajority[recipient] = nil
            return
        }
        guard byMajority[recipient]?.set.hasMembers(of: job.plan.set) != true else { return }
        guard byMajority.count < limits.failedRecipients || byMajority[recipient] != nil else { return }
        byMajority[recipient] = (job.plan.set, time)
    }
}
