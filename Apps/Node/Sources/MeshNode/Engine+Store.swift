import MeshCrypto
import MeshWire

/// Into the durable queue, and to the recipient at once if it is there (DESIGN §9).
extension Engine {
    mutating func store(_ origin: Origin, _ id: SubmissionID, _ submission: Submission) {
        let token = newToken()
        let arrivingAt = deliverAtOnce(id, submission)
        appends[token] = PendingAppend(
            origin: origin, id: id, recipient: submission.recipient, bytes: submission.encodedSize,
            arrivingAt: arrivingAt)
        pendingBytes += submission.encodedSize
        emit(.append(token: token, id: id, submission))
    }

    mutating func onCommitted(_ number: UInt64, _ answers: [CommitAnswer]) {
        for answer in answers { onWritten(answer) }
    }

    mutating func onWritten(_ answer: CommitAnswer) {
        if let pending = appends.removeValue(forKey: answer.token) {
            onAppended(pending, answer.outcome)
        } else if let removal = removals.removeValue(forKey: answer.token) {
            onRemoved(removal.link, removal.id, answer.outcome)
        }
    }

    private mutating func onAppended(_ pending: PendingAppend, _ outcome: StoreOutcome) {
        pendingBytes -= pending.bytes
        answer(pending.origin, pending.id, DeliveryStatus(outcome))
        if let link = pending.arrivingAt { onArrived(link) }
    }

    mutating func onAnswered(_ token: UInt64, _ answer: StoreAnswer) {}
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
