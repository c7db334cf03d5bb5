import Logging
import MeshChat
import MeshChatStore
import MeshClientCore
import MeshCrypto
import MeshWire

extension Session {
    /// Submits what is due, if there is a link and no other process does it.
    func pumpOutbox() throws {
        guard end == nil, isConnected || pump.lock != nil else { return }
        if pump.lock == nil {
            guard pump.isStale || (pump.wakeAt.map { $0 <= now } ?? false), try beginPumping() else { return }
        } else if pump.isStale {
            pump.isStale = false
            try perform(pump.outbox.add(try waitingItems(), now: now))
        }
        try perform(pump.outbox.onTick(now: now, jitter: .random(in: 0...UInt64.max)))
        pump.wakeAt = pump.outbox.deadline
        releaseIfIdle()
    }

    /// - Returns: whether this process may submit now.
    private func beginPumping() throws -> Bool {
        let items = try waitingItems()
        guard !items.isEmpty else {
            pump.isStale = false
            pump.wakeAt = nil
            return false
        }
        do {
            pump.lock = try HomeLock.acquire(.outbox, in: account.home.path, timeoutMilliseconds: 0)
        } catch HomeLockError.held {
            pump.isStale = true
            pump.wakeAt = now + OutboxPump.lockMilliseconds
            return false
        }
        pump.isStale = false
        try perform(pump.outbox.onLinkUp(now: now))
        // What the other process did before it gave the lock back counts.
        try perform(pump.outbox.add(try waitingItems(), now: now))
        pump.ignoresWaits = false
        return true
    }

    private func waitingItems() throws -> [OutboxItem] {
        let items = try store.outboxItems()
        guard pump.ignoresWaits else { return items }
        return items.map { item in
            OutboxItem(
                sequence: item.sequence, id: item.id, recipient: item.recipient, innerID: item.innerID,
                expirySeconds: item.expirySeconds)
        }
    }

    private func releaseIfIdle() {
        guard pump.underWay.isEmpty else { return }
        let soon = now + OutboxPump.patienceMilliseconds
        if pump.outbox.count > 0, let due = pump.outbox.deadline, due <= soon { return }
        pump.release()
    }

    private func perform(_ actions: [OutboxAction]) throws {
        var kept: [OutboxItem] = []
        for action in actions {
            switch action {
            case .keep(let item):
                kept.append(item)
                outcomes[item.id] = item.state
                if case .failed(let reason) = item.state { givenUp.append((item.innerID, reason)) }
            case .submit(let item): try submit(item)
            }
        }
        if !kept.isEmpty { progress += try store.keep(kept) }
    }

    private func submit(_ item: OutboxItem) throws {
        guard let client, let kept = try store.submission(item.id) else { return }
        let submission = try Submission(
            recipient: kept.recipient, expirySeconds: kept.expirySeconds,
            acknowledgementHash: kept.acknowledgementHash, recallHash: kept.recallHash, envelope: kept.envelope)
        pump.underWay.insert(item.id)
        let mailbox = mailbox
        Task {
            let result: Result<Acceptance, SubmitFailure>
            do throws(SubmitFailure) {
                result = .success(
                    try await client.submit(submission, timeoutMilliseconds: OutboxPump.answerMilliseconds))
            } catch { result = .failure(error) }
            mailbox.post(.submitted(item.id, result))
        }
    }

    /// Takes a node's answer to a submission.
    func take(_ result: Result<Acceptance, SubmitFailure>, of id: SubmissionID) throws {
        guard pump.underWay.remove(id) != nil else { return }
        switch result {
        case .success(let acceptance):
            try perform(pump.outbox.onAccepted(id, acceptance.custody, now: now))
            try store.keepReceipts(acceptance.receipts, of: id, replicas: acceptance.custody.replicas)
        case .failure(.stopped), .failure(.replaced): break
        case .failure(let failure):
            logger.info("\(failure)")
            obstacles[id] = failure.obstacle
            let jitter = UInt64.random(in: 0...UInt64.max)
            try perform(pump.outbox.onRefused(id, OutboxRefusal(failure), now: now, jitter: jitter))
        }
    }
}

extension OutboxRefusal {
    /// What a failure means for the message's future.
    init(_ failure: SubmitFailure) {
        if case .refused(let status, _) = failure {
            self = .final(code: status.rawValue, reason: "\(status)")
        } else {
            self = .later(afterMilliseconds: 0)
        }
    }
}

extension SubmitFailure {
    /// Why the message wasn't accepted, if a node has said it.
    fileprivate var obstacle: String? {
        switch self {
        case .deferred(let status, _, _), .timedOut(let status?): "\(status)"
        case .unproven(let receipts, let needed, _): "only \(receipts) of \(needed) nodes have signed for it"
        case .wrongIDs(let node): "\(node) answered for another message"
        default: nil
        }
    }
}
