import MeshCrypto
import MeshRing
import MeshWire

// The round through the other members of the present set and the former ones.
extension ClientCore {
    mutating func planSweep() {
        guard configuration.mode != .submitOnly, !hasReported else { return }
        beginSweepIfDue()
        guard sweep != nil else { return }
        for task in sweep?.tasks ?? [] {
            guard case .waiting(var notBefore) = task.stage else { continue }
            // Who stays has time to spare a node in trouble; who fetches once tries it all the same.
            if configuration.mode == .follow { notBefore = max(notBefore, troubled.avoidUntil(task.node)) }
            if notBefore > clock { wake(at: notBefore) } else { approach(task) }
        }
        if sweep?.isOver == true { endSweep() }
    }

    private mutating func beginSweepIfDue() {
        guard sweep == nil else { return }
        if configuration.mode == .follow {
            guard state.roster != nil else { return }
            guard clock >= sweepAt else { return wake(at: sweepAt) }
        }
        forgetExpiredFormers()
        sweep = Sweep()
        addTasks()
    }

    /// What a former member held has expired by now.
    private mutating func forgetExpiredFormers() {
        let expired = state.formerMembers.filter { age(of: $0.sinceMilliseconds) > ClientLimits.forgetMilliseconds }
        for former in expired { forgetFormer(former.node) }
    }

    /// Adds the members of the present and former set that the sweep doesn't have yet.
    mutating func addTasks() {
        let followed = configuration.mode == .follow ? homeLink?.node : nil
        for node in set.members + state.formerMembers.map(\.node) where node != followed { sweep?.add(node) }
    }

    private mutating func approach(_ task: Sweep.Task) {
        let node = task.node
        // A candidate, the home or a drained link will do it, or fail and leave it to us.
        guard userLink(to: node) == nil else { return }
        guard state.roster?[node]?.record.endpoints.isEmpty == false else {
            sweep?.update(node) { $0.stage = .ended(.unknownNode) }
            return
        }
        guard (sweep?.runningCount ?? 0) < ClientLimits.parallelSweeps else { return }
        let id = ClientLinkID(nextLink)
        guard dial(node, purpose: .sweep, role: .user) else { return }
        sweep?.update(node) { $0.stage = .running(id) }
    }

    private mutating func endSweep() {
        guard let sweep else { return }
        if configuration.mode == .follow {
            self.sweep = nil
            sweepAt = clock + ClientLimits.sweepMilliseconds
            wake(at: sweepAt)
            if !sweep.tasks.isEmpty { notice(.swept(report(sweep))) }
        } else if isNothingLeftToLearn(sweep) {
            hasReported = true
            out.append(.fetchedAll(report(sweep)))
        }
    }

    /// Whether no exchange is under way that could bring more members, and, where nobody was reached, every start
    /// address has been asked.
    private mutating func isNothingLeftToLearn(_ sweep: Sweep) -> Bool {
        for link in links {
            if link.exchange != nil { return false }
            if case .start = link.purpose { return false }
            if link.purpose == .witness { return false }
        }
        guard survey == nil else { return false }
        guard sweep.report.allSatisfy({ $0.failure != nil }) else { return true }
        let tries = state.roster == nil ? ClientLimits.sweepAttempts : 1
        guard starts.contains(where: { $0.tries < tries }) else { return true }
        startsAreWanted = true
        return false
    }

    private func report(_ sweep: Sweep) -> FetchReport {
        let failed = zip(configuration.startAddresses, starts).compactMap { address, start in
            start.failure.map { FetchReport.FailedStart(address: address, reason: $0) }
        }
        return FetchReport(nodes: sweep.report, failedStarts: failed, delivered: sweep.delivered)
    }
}
