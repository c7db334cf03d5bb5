import MeshCrypto
import MeshRing
import MeshWire

extension ClientCore {
    /// Takes a link away, with everything that hung on it.
    mutating func end(_ id: ClientLinkID, _ cause: LinkEnd) {
        guard let index = index(of: id) else { return }
        let link = links.remove(at: index)
        tellShell(link, cause)
        submits.linkLost(link.submits.values, id)
        for message in link.withApp.keys { deliveries.removeSource(id, of: message) }
        if case .dial = cause, redial(link) { return }
        blame(link, cause)
        taskEnded(link, cause)
        homeAskedLost(link, cause)
        for message in link.comparison?.open ?? [] where deliveries[message] == nil { suspicions[message] = nil }
        switch link.purpose {
        case .start(let start): startEnded(start, cause)
        case .home: if home == id { homeLost(link, cause) }
        case .drain: drainEnded(link, cause)
        case .sweep: break
        case .relay: submits.retriesAreDirty = true
        case .recall: recallEnded(link, cause)
        case .witness: witnessEnded(link, cause)
        }
    }

    private mutating func tellShell(_ link: ClientLink, _ cause: LinkEnd) {
        switch cause {
        case .dial, .loss: break
        case .goodbye, .dead: out.append(.close(link.id, nil))
        case .untrusted, .refused: out.append(.close(link.id, Goodbye(.done)))
        case .done:
            if case .dialing = link.phase {
                out.append(.close(link.id, nil))
            } else {
                out.append(.close(link.id, Goodbye(.done)))
            }
        case .fault(let fault):
            notice(.fault(link.node, fault))
            let reason: GoodbyeReason = if case .creditExceeded = fault { .creditExceeded } else { .protocolViolation }
            out.append(.close(link.id, Goodbye(reason, detail: "\(fault)")))
        }
    }

    /// Passes a node over for a while. A stable link forgives what was before.
    private mutating func blame(_ link: ClientLink, _ cause: LinkEnd) {
        guard let node = link.node else { return }
        if link.isOpen, clock >= link.since + ClientLimits.stableMilliseconds { troubled.forgive(node) }
        switch cause {
        case .done, .untrusted: return
        case .dial, .loss, .dead: troubled.fail(node, at: clock, &random)
        case .goodbye, .fault: troubled.fail(node, at: clock, atLeast: ClientLimits.refusedMilliseconds, &random)
        case .refused: troubled.fail(node, at: clock, atLeast: ClientLimits.longestBackoffMilliseconds, &random)
        }
    }

    /// A fetch that was to be made over this link has failed for now.
    private mutating func taskEnded(_ link: ClientLink, _ cause: LinkEnd) {
        guard link.dial.role == .user, let node = link.node, let stage = sweep?.stage(of: node) else { return }
        switch (stage, cause) {
        case (.ended, _): return
        case (.running(let running), _) where running != link.id: return
        case (.waiting, .done): return
        // Closed for another reason than being done with it.
        case (.running, .done): return sweep?.update(node) { $0.stage = .waiting(notBefore: 0) } ?? ()
        // A candidate for the home link that failed is an attempt too.
        case (.waiting, _), (.running, _): break
        }
        let now = clock
        let pause = UInt64.random(in: 0...ClientLimits.firstBackoffMilliseconds, using: &random)
        sweep?.update(node) { task in
            task.attempts += 1
            // Another silence would take as long again.
            let isSilent = if case .dial(.timedOut) = cause { true } else { false }
            let isLast = isSilent || task.attempts >= ClientLimits.sweepAttempts
            task.stage = isLast ? .ended(FetchFailure(cause)) : .waiting(notBefore: now + pause)
        }
    }
}

extension FetchFailure {
    init(_ cause: LinkEnd) {
        switch cause {
        case .dial(let failure): self = .unreachable(failure)
        case .fault(.unresponsive), .fault(.helloTimedOut), .dead: self = .timedOut
        default: self = .linkLost("\(cause)")
        }
    }
}
