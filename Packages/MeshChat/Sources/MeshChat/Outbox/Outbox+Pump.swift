import MeshCrypto

extension Outbox {
    /// When ``onTick(now:jitter:)`` has something to do at the latest, in milliseconds since 1970; nil if never.
    public var deadline: UInt64? {
        lanes.values.compactMap(laneDeadline).min()
    }

    private func laneDeadline(_ lane: [OutboxItem]) -> UInt64? {
        let waiting = lane.filter { $0.submittedAt == nil }
        let expiry = waiting.map { UInt64($0.expirySeconds) * 1000 }.min()
        let answer = lane.compactMap(\.submittedAt).min().map { $0 &+ Self.answerMilliseconds }
        // What a full window holds up goes on with the next answer, not with the time.
        let hasRoom = isLinkUp && lane.count - waiting.count < Self.window && inFlight < Self.totalWindow
        return [expiry, answer, hasRoom ? waiting.first?.notBefore : nil].compactMap { $0 }.min()
    }

    /// Submits what may go: in each lane from the front, up to the first item that has to wait.
    mutating func pump(now: UInt64) -> [OutboxAction] {
        guard isLinkUp else { return [] }
        var actions: [OutboxAction] = []
        // Lanes take turns by the age of what they would submit, so none starves while the total window is full.
        let order = lanes.compactMap { recipient, lane in
            lane.first { $0.submittedAt == nil }.map { (recipient, $0.sequence) }
        }
        for (recipient, _) in order.sorted(by: { $0.1 < $1.1 }) { actions += pump(recipient, now: now) }
        return actions
    }

    private mutating func pump(_ recipient: UserID, now: UInt64) -> [OutboxAction] {
        var lane = lanes[recipient] ?? []
        var laneInFlight = lane.count { $0.submittedAt != nil }
        var actions: [OutboxAction] = []
        for index in lane.indices where lane[index].submittedAt == nil {
            guard laneInFlight < Self.window, inFlight < Self.totalWindow else { break }
            guard lane[index].notBefore <= now, UInt64(lane[index].expirySeconds) * 1000 > now else { break }
            lane[index].state = .submitted(at: now, failures: lane[index].state.failures)
            actions.append(.submit(lane[index]))
            laneInFlight += 1
            inFlight += 1
        }
        lanes[recipient] = lane.isEmpty ? nil : lane
        return actions
    }

    mutating func requeueInFlight(of recipient: UserID, as state: (UInt32) -> OutboxState) {
        guard var lane = lanes[recipient] else { return }
        for index in lane.indices where lane[index].submittedAt != nil {
            lane[index].state = state(lane[index].state.failures)
        }
        lanes[recipient] = lane
    }

    /// An answer that doesn't come says that something on the way is broken, so everything under way to that recipient
    /// is submitted again, in order, after a wait.
    mutating func requeueUnanswered(of recipient: UserID, now: UInt64, jitter: UInt64) -> [OutboxAction] {
        guard var lane = lanes[recipient], lane.contains(where: { $0.isUnanswered(at: now) }) else { return [] }
        let salted = RetrySchedule.mix(jitter, lane[0].sequence)
        var actions: [OutboxAction] = []
        for index in lane.indices where lane[index].submittedAt != nil {
            let failures = lane[index].state.failures + 1
            let wait = RetrySchedule.wait(afterFailures: failures, jitter: salted)
            lane[index].state = .queued(notBefore: now &+ wait, failures: failures)
            actions.append(.keep(lane[index]))
        }
        inFlight -= actions.count
        lanes[recipient] = lane
        return actions
    }

    /// What is under way is left to the nodes' answer.
    mutating func expire(_ recipient: UserID, now: UInt64) -> [OutboxAction] {
        let expired = (lanes[recipient] ?? []).filter {
            $0.submittedAt == nil && UInt64($0.expirySeconds) * 1000 <= now
        }
        return expired.flatMap { finish($0.id, .failed(.expired)) }
    }
}

extension OutboxItem {
    var submittedAt: UInt64? {
        if case .submitted(let at, _) = state { at } else { nil }
    }

    /// Whether an answer should have come by now; a clock that was set back counts as one that has run on.
    func isUnanswered(at now: UInt64) -> Bool {
        guard let submittedAt else { return false }
        return now < submittedAt || now - submittedAt >= Outbox.answerMilliseconds
    }

    var notBefore: UInt64 {
        if case .queued(let notBefore, _) = state { notBefore } else { 0 }
    }
}
