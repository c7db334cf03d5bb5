import MeshCrypto
import MeshWire

/// Into the durable queue, and to the recipient at once if it is there (DESIGN §9).
extension Engine {
    mutating func store(_ origin: Origin, _ id: SubmissionID, _ submission: Submission) {
        let token = newToken()
        let way = deliverAtOnce(id, submission)
        appends[token] = PendingAppend(
            origin: origin, id: id, recipient: submission.recipient, bytes: submission.encodedSize,
            arrivingAt: way.arrivingAt, wasSent: way.wasSent)
        pendingBytes += submission.encodedSize
        emit(.append(token: token, id: id, submission))
    }

    /// Receipts go before the answers that rest on them: first all that a commit did is settled, then signed, then told.
    mutating func onCommitted(_ number: UInt64, _ answers: [CommitAnswer]) {
        for answer in answers { settle(answer) }
        signSettled(number)
        tellSettled()
    }

    mutating func onCommitFailed(_ tokens: [UInt64]) {
        for token in tokens { settle(CommitAnswer(token: token, .failed)) }
        tellSettled()
    }

    private mutating func settle(_ answer: CommitAnswer) {
        if let pending = appends.removeValue(forKey: answer.token) {
            pendingBytes -= pending.bytes
            if pending.wasSent, answer.outcome == .stored || answer.outcome == .alreadyHeld {
                handedOut.append(MessageKey(pending.recipient, pending.id))
            }
            settled.append(.append(pending, answer.outcome))
        } else if QueueSync.owns(answer.token) {
            settled.append(.release(sync.released(answer.token), answer))
        } else if let removal = removals.removeValue(forKey: answer.token) {
            settled.append(.removal(removal, answer.outcome, recalled: recalledKind(removal, answer.outcome)))
        }
    }

    private mutating func tellSettled() {
        for settled in settled {
            switch settled {
            case .append(let pending, let outcome):
                let status = DeliveryStatus(outcome)
                answer(pending.origin, pending.id, status, copies: status.isAccepted ? 1 : 0)
                if let link = pending.arrivingAt { onArrived(link) }
            case .removal(let removal, let outcome, _): onRemoved(removal, outcome)
            case .release(_, let answer): onSyncWritten(answer)
            }
        }
        sendRemoved()
        settled.removeAll(keepingCapacity: true)
    }
}

/// What a commit did, to be told when it is signed.
enum Settled: Sendable {
    case append(PendingAppend, StoreOutcome)
    /// With what the receipt of a recall says; nil where there is none.
    case removal(PendingRemoval, StoreOutcome, recalled: CustodyEntry.Kind?)
    /// Letting go of a message, which the members of its set hold.
    case release(SubmissionID?, CommitAnswer)
}

extension DeliveryStatus {
    init(_ outcome: StoreOutcome) {
        self =
            switch outcome {
            case .stored, .storedAndRemoved, .removed, .released: .accepted
            case .alreadyHeld: .alreadyHeld
            case .removedBefore: .removedBefore
            case .queueFull: .recipientQueueFull
            case .bytesFull: .recipientBytesFull
            case .expired: .expired
            case .remembered, .notHeld: .notHeld
            case .failed: .storageFailed
            }
    }
}
