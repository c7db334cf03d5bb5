import MeshCrypto
import MeshWire

extension ClientCore {
    mutating func onSubmitted(_ index: Int, _ answer: Submitted) {
        // No copy of the link is held here: it would be copied in full with the first change.
        let id = links[index].id
        guard let node = links[index].node, let sequence = links[index].submits.removeValue(forKey: answer.request)
        else { return end(id, .fault(.unknownRequest(.submitted, request: answer.request))) }
        links[index].usedAt = clock
        links[index].silences = 0
        defer { advance(id) }
        // Cancelled, timed out, or accepted elsewhere meanwhile.
        guard let submit = submits[sequence] else { return }
        let isAwaited = if case .sent(id, _) = submit.stage { true } else { false }
        if answer.id != submit.id {
            notice(.fault(node, .wrongSubmissionID(expected: submit.id, got: answer.id)))
            if isAwaited { elsewhere(sequence, node, .wrongID, pause: false) }
        } else if answer.status.isAccepted {
            accept(sequence, answer, node, index, isAwaited: isAwaited)
        } else if isAwaited {
            refuse(sequence, answer.status, index)
        }
    }

    /// A node's word isn't enough: as many members as needed must have signed.
    private mutating func accept(
        _ sequence: UInt64, _ answer: Submitted, _ node: NodeID, _ index: Int, isAwaited: Bool
    ) {
        let receipts = submits[sequence]?.shelf.receipts ?? []
        guard receipts.count >= neededReceipts else {
            // What an earlier attempt's node says late changes nothing.
            if isAwaited { unproven(sequence, node, index, receipts: receipts.count) }
            return
        }
        guard let submit = submits.remove(sequence) else { return }
        let entry = RecentAcceptances.Entry(
            recipient: submit.submission.recipient, shelf: submit.shelf,
            until: clock + ClientLimits.lateReceiptMilliseconds)
        recent.add(submit.id, entry, now: clock)
        let acceptance = SubmitAcceptance(
            status: answer.status, receipts: receipts, needed: neededReceipts, replicas: replicas, node: node)
        out.append(.submitted(submit.token, .success(acceptance)))
    }

    /// Receipts are missing, or come from nodes that aren't in the set by our roster: rosters are compared, and another
    /// node is asked.
    private mutating func unproven(_ sequence: UInt64, _ node: NodeID, _ index: Int, receipts: Int) {
        let needed = neededReceipts
        if let id = submits[sequence]?.id {
            notice(.unproven(by: node, id, receipts: receipts, needed: needed))
        }
        links[index].isExchangeForced = true
        elsewhere(sequence, node, .unproven(receipts: receipts, needed: needed), pause: true)
    }

    private mutating func refuse(_ sequence: UInt64, _ status: DeliveryStatus, _ index: Int) {
        guard let node = links[index].node else { return }
        switch status {
        case .rateLimited, .busy: wait(sequence, status, index)
        case .recipientQueueFull, .recipientBytesFull: fail(sequence, .status(status), node)
        case .notInSet:
            // The node may see another set than we do: rosters first, then the same node once more.
            links[index].isExchangeForced = true
            let isFirst = submits[sequence]?.lastStatus != .notInSet
            if isFirst {
                again(sequence, node, status)
            } else {
                elsewhere(sequence, node, .status(status), pause: true)
            }
        case .stopping: elsewhere(sequence, node, .status(status), pause: false)
        case _ where status.isTemporary: elsewhere(sequence, node, .status(status), pause: true)
        default:
            guard let submit = submits.remove(sequence) else { return }
            out.append(.submitted(submit.token, .failure(.refused(status, by: node))))
        }
    }

    /// Too much at once: this link pauses, which is no attempt.
    private mutating func wait(_ sequence: UInt64, _ status: DeliveryStatus, _ index: Int) {
        links[index].submitsPausedUntil = clock + ClientLimits.submitPauseMilliseconds
        submits.retry(sequence, notBefore: links[index].submitsPausedUntil) { $0.setback = .status(status) }
    }

    private mutating func again(_ sequence: UInt64, _ node: NodeID, _ status: DeliveryStatus) {
        submits.retry(sequence, notBefore: clock + ClientLimits.submitPauseMilliseconds) { submit in
            submit.attempts += 1
            submit.setback = .status(status)
        }
        failIfTried(sequence, node)
    }

    /// Another node is asked, at once or after a pause that grows.
    private mutating func elsewhere(
        _ sequence: UInt64, _ node: NodeID, _ setback: PendingSubmit.Setback, pause: Bool
    ) {
        let attempts = submits[sequence]?.attempts ?? 0
        let window = pause ? Trouble.window(failures: attempts + 1) : 0
        let notBefore = clock + UInt64.random(in: 0...window, using: &random)
        submits.retry(sequence, notBefore: notBefore) { submit in
            submit.attempts += 1
            submit.setback = setback
            if !submit.avoid.contains(node) { submit.avoid.append(node) }
        }
        failIfTried(sequence, node)
    }

    private mutating func failIfTried(_ sequence: UInt64, _ node: NodeID) {
        guard let submit = submits[sequence], submit.attempts >= ClientLimits.submitAttempts,
            let setback = submit.setback
        else { return }
        fail(sequence, setback, node)
    }

    /// Back to the caller, who may try later.
    private mutating func fail(_ sequence: UInt64, _ setback: PendingSubmit.Setback, _ node: NodeID) {
        guard let submit = submits.remove(sequence) else { return }
        let failure: SubmitFailure =
            switch setback {
            case .status(let status): .deferred(status, by: node, attempts: max(submit.attempts, 1))
            case .wrongID: .wrongIDs(last: node)
            case .unproven(let receipts, let needed): .unproven(receipts: receipts, needed: needed, last: node)
            }
        out.append(.submitted(submit.token, .failure(failure)))
    }

    /// Deadlines, and nodes that stay silent about a submission though their link lives.
    mutating func expireSubmits() {
        let due = submits.due(at: clock)
        for sequence in due.timedOut {
            guard let submit = submits.remove(sequence) else { continue }
            out.append(.submitted(submit.token, .failure(.timedOut(last: submit.lastStatus))))
        }
        for sequence in due.unanswered {
            guard case .sent(let id, _) = submits[sequence]?.stage, let index = index(of: id),
                let node = links[index].node
            else { continue }
            links[index].silences += 1
            elsewhere(sequence, node, .status(.unreachable), pause: false)
        }
        for id in links.filter({ $0.silences >= ClientLimits.silentSubmits }).map(\.id) {
            end(id, .fault(.unresponsive("\(ClientLimits.silentSubmits) submissions")))
        }
        for id in links.filter({ $0.purpose == .drain }).map(\.id) where !due.unanswered.isEmpty { advance(id) }
    }
}
