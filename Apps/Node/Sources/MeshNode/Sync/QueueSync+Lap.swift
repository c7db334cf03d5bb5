import MeshCrypto
import MeshQueue
import MeshRing
import MeshWire

// Over all recipients, page by page.
extension QueueSync {
    /// When the next lap begins if none is under way.
    var nextLapAt: UInt64? {
        [demand.isEmpty ? nil : demandAt, failed.isEmpty ? nil : retryAt, draining == nil ? roundAt : nil]
            .compactMap { $0 }.min()
    }

    /// Whether everything that is known to be necessary has been done.
    var isIdle: Bool {
        tombstones.isIdle && lap == nil && jobs.isEmpty && waiting.isEmpty && failed.isEmpty && demand.isEmpty
    }

    /// Digests cover what expires later than this: rounded, so that both ends mostly take the same.
    static func digestHorizonSeconds(_ now: Moment) -> UInt32 {
        (now.wallSeconds / 60 * 60).addingSaturating(60)
    }

    mutating func beginLapIfDue() {
        if lap == nil, let due = nextLapAt, due <= time { beginLap() }
        goOn()
    }

    private mutating func beginLap() {
        if draining != nil, draining?.total == nil {
            lap = SyncLap(SyncDemand(), .store(from: nil))
            lap?.isCounting = true
            return
        }
        draining?.laps += 1
        if draining == nil, roundAt <= time { demand.everything = true }
        if demand.isEmpty {
            lap = SyncLap(SyncDemand(everything: true), .these(failed.sorted()))
            failed = []
        } else {
            lap = SyncLap(demand, .store(from: nil))
            if demand.everything { beginRound() }
            demand = SyncDemand()
            demandAt = nil
        }
        if failed.isEmpty { retryAt = nil }
    }

    /// Everything is looked at, so what had failed too. Up to a tenth is added, so that nodes don't go in step.
    private mutating func beginRound() {
        failed = []
        told = []
        roundAt = time + limits.roundMilliseconds + newKey() % (limits.roundMilliseconds / 10 + 1)
    }

    /// Takes on as much as there is room for.
    mutating func goOn() {
        startJobs()
        pumpReads()
        pumpTombstones()
        guard let lap, !lap.isFetching, lap.comparing.isEmpty, waiting.isEmpty else { return }
        guard jobs.count <= limits.recipientsAtOnce / 2 else { return }
        switch lap.source {
        case .store(let cursor):
            self.lap?.isFetching = true
            let query = StoreQuery.recipients(from: cursor, maximumCount: limits.recipientsPerPage)
            emit(.query(token: ask(.recipients), query))
        case .these(let recipients):
            let rest = Array(recipients.dropFirst(limits.recipientsPerPage))
            self.lap?.source = rest.isEmpty ? .exhausted : .these(rest)
            onPage(Array(recipients.prefix(limits.recipientsPerPage)))
            goOn()
        case .exhausted:
            if jobs.isEmpty { endLap(lap) }
        }
    }

    private mutating func endLap(_ lap: SyncLap) {
        self.lap = nil
        if lap.isCounting {
            let counted = draining?.counted
            draining?.total = counted
        } else if failed.isEmpty {
            retryDelay = limits.retryMilliseconds
        } else {
            retryAt = time + retryDelay
            if draining == nil { retryDelay = min(retryDelay * 2, limits.retryMaximumMilliseconds) }
        }
        beginLapIfDue()
    }

    // MARK: Pages

    mutating func onRecipients(_ recipients: [UserID], _ next: QueueRecipientCursor?) {
        lap?.isFetching = false
        lap?.source = next.map { .store(from: $0) } ?? .exhausted
        onPage(recipients)
    }

    /// The store can't say who has messages: the lap is begun again later.
    mutating func onRecipientsFailed() {
        guard let lap else { return }
        self.lap?.isFetching = false
        self.lap?.source = .exhausted
        if lap.isCounting { return failCounting() }
        demand.everything = true
        demandAt = time + retryDelay
    }

    /// Queues of this node's own sets are compared first, the others moved.
    private mutating func onPage(_ recipients: [UserID]) {
        guard let lap else { return }
        if lap.isCounting { return askForDigests(recipients) }
        let plans = recipients.filter { jobs[$0] == nil }.compactMap { view.plan(for: $0, lap.demand) }
        waiting += plans.filter { !$0.keeps }
        let compared = plans.filter { $0.keeps && $0.targets.contains(where: linked.contains) }
        self.lap?.plans = compared
        self.lap?.differing = [:]
        askForDigests(compared.map(\.recipient))
    }

    private mutating func askForDigests(_ recipients: [UserID]) {
        guard !recipients.isEmpty else { return }
        lap?.isFetching = true
        let key = newKey()
        let query = StoreQuery.digests(
            key: key, of: recipients, expiringAfterSeconds: Self.digestHorizonSeconds(now))
        emit(.query(token: ask(.digests(key: key)), query))
    }

    mutating func onDigests(_ digests: [StoredDigest], _ key: UInt64) {
        guard let lap else { return }
        self.lap?.isFetching = false
        if lap.isCounting {
            draining?.counted += digests.reduce(0) { $0 + Int($1.count) }
            return
        }
        let entries = zip(lap.plans, digests).map { plan, digest in
            (plan, Compare.Entry(recipient: plan.recipient, count: digest.count, digest: digest.digest))
        }
        for target in Set(lap.plans.flatMap(\.targets)).intersection(linked).sorted() {
            compare(entries.filter { $0.0.targets.contains(target) }.map(\.1), key, with: target)
        }
    }

    mutating func onDigestsFailed() {
        guard let lap else { return }
        self.lap?.isFetching = false
        if lap.isCounting { return failCounting() }
        for plan in lap.plans { retry(plan.recipient) }
    }

    /// Without the store nothing can be handed over: it is asked again some times.
    private mutating func failCounting() {
        lap = nil
        draining?.counted = 0
        draining?.failures += 1
        demandAt = time + retryDelay
    }

    // MARK: Compares

    private mutating func compare(_ entries: [Compare.Entry], _ key: UInt64, with target: NodeID) {
        let token = ask(.compare(target))
        lap?.comparing[target] = SyncCompare(token: token, key: key, recipients: Set(entries.map(\.recipient)))
        emit(.compare(target, Compare(key: key, entries: entries)))
    }

    /// False if the member names queues that it wasn't asked about.
    mutating func onDiffer(_ differ: Differ, from target: NodeID, now: Moment) -> Bool {
        self.now = now
        // Late answers are harmless: what they tell will be found again.
        guard let asked = lap?.comparing[target], asked.key == differ.key else { return true }
        guard asked.recipients.isSuperset(of: differ.recipients) else { return false }
        close(asked.token)
        lap?.comparing[target] = nil
        for recipient in differ.recipients { lap?.differing[recipient, default: []].append(target) }
        endCompares()
        goOn()
        return true
    }

    /// The member won't answer. Without a link it is asked again when that is back.
    mutating func abandonCompare(with target: NodeID) {
        guard let asked = lap?.comparing.removeValue(forKey: target) else { return }
        if linked.contains(target) { for recipient in asked.recipients.sorted() { retry(recipient) } }
        endCompares()
    }

    /// All members have answered: the queues that differ are worked on, in the order of the page.
    private mutating func endCompares() {
        guard let lap, lap.comparing.isEmpty else { return }
        for plan in lap.plans {
            guard let targets = lap.differing[plan.recipient] else { continue }
            waiting.append(
                SyncPlan(
                    recipient: plan.recipient, set: plan.set, targets: plan.targets.filter(targets.contains),
                    keeps: true))
        }
        self.lap?.plans = []
        self.lap?.differing = [:]
    }
}
