import MeshCrypto
import MeshRing
import MeshWire

/// From node to node: a message goes to a member of the recipient's set, and its answer comes back.
extension Engine {
    mutating func forward(
        _ origin: Origin, _ id: SubmissionID, _ submission: Submission, to link: LinkID, asked: [NodeID],
        refusal: DeliveryStatus?
    ) {
        // Seconds may pass before the answer: what came in one buffer with it needn't stay for so long.
        let submission = submission.inOwnMemory
        let request = newToken()
        let options: SubmitOptions = origin.wantsReceipts ? .receipts : []
        let frame = Frame.forward(
            Forward(request: request, rosterDigest: digest, options: options, submission: submission))
        forwards[request] = PendingForward(
            origin: origin, id: id, submission: submission, asked: asked, link: link, lastRefusal: refusal)
        pendingBytes += submission.encodedSize
        forwardDeadlines.add(request, dueMilliseconds: now.monotonicMilliseconds + limits.forwardMilliseconds)
        if origin.wantsReceipts { receiptWaits.add(id, origin.link, expecting: copies) }
        if case .paid = links[link]?.pay(frame.meteredBytes, orWaitAs: .forward(request)) { send(frame, to: link) }
    }

    /// Sends what waits for credit, as far as it reaches.
    mutating func flushWaiting(_ link: LinkID) {
        guard links[link]?.saidHello == true, let waiting = links[link]?.takeWaiting(), !waiting.isEmpty else { return }
        var sent = 0
        for waiting in waiting {
            if let frame = frame(of: waiting) {
                guard links[link]?.pay(frame.meteredBytes, for: waiting) == true else { break }
                send(frame, to: link)
            }
            sent += 1
        }
        links[link]?.waiting = Array(waiting[sent...])
    }

    /// What is to be sent; nil if nobody waits for it any more.
    private func frame(of waiting: WaitingFrame) -> Frame? {
        switch waiting {
        case .forward(let request):
            forwards[request].map { pending in
                let options: SubmitOptions = pending.origin.wantsReceipts ? .receipts : []
                return .forward(
                    Forward(
                        request: request, rosterDigest: digest, options: options, submission: pending.submission))
            }
        case .replicate(let number, let submission):
            .replicate(Replicate(request: number, rosterDigest: digest, purpose: .new, submission: submission))
        }
    }

    /// Another node's message for a recipient whose set this node is in.
    mutating func onForward(_ link: LinkID, _ forward: Forward) {
        let submission = forward.submission
        let id = submission.id
        let origin = Origin(
            kind: .forwarder, link: link, request: forward.request,
            meteredBytes: Frame.forward(forward).meteredBytes, wantsReceipts: forward.options.contains(.receipts))
        if let refusal = refusal(of: submission) { return answer(origin, id, refusal) }
        let set = ring.replicaSet(for: submission.recipient)
        guard set.contains(configuration.node) else {
            if forward.rosterDigest != digest { compareRosters(link, forward.rosterDigest) }
            return answer(origin, id, .notInSet)
        }
        coordinate(origin, id, submission, set)
    }

    mutating func onForwarded(_ link: LinkID, _ forwarded: Forwarded) {
        // Late answers, after a time-out has sent the message elsewhere, are harmless: the id makes copies one.
        guard let pending = forwards[forwarded.request], pending.link == link else { return }
        guard forwarded.id == pending.id else {
            return violate(link, "an answer for \(forwarded.id) where \(pending.id) was forwarded")
        }
        if forwarded.status.mayBeTakenElsewhere {
            if forwarded.status == .notInSet { askForRosterAgain(link) }
            return forwardElsewhere(forwarded.request, refusal: forwarded.status)
        }
        endForward(forwarded.request)
        answer(pending.origin, pending.id, forwarded.status, copies: forwarded.copies)
    }

    mutating func onForwardTimeout(_ request: UInt64) {
        forwardElsewhere(request, refusal: .unreachable)
    }

    /// The member that was asked can't or won't: the next one is.
    /// - Parameter node: has another link, and may be asked once more.
    mutating func forwardElsewhere(_ request: UInt64, refusal: DeliveryStatus?, again node: NodeID? = nil) {
        guard let pending = endForward(request) else { return }
        route(
            pending.origin, pending.id, pending.submission, asked: pending.asked.filter { $0 != node },
            refusal: refusal ?? pending.lastRefusal)
    }

    @discardableResult
    private mutating func endForward(_ request: UInt64) -> PendingForward? {
        guard let pending = forwards.removeValue(forKey: request) else { return nil }
        pendingBytes -= pending.submission.encodedSize
        return pending
    }
}
