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

    mutating func onAppended(_ token: UInt64, _ result: AppendResult) {
        guard let pending = appends.removeValue(forKey: token) else { return }
        pendingBytes -= pending.bytes
        answer(pending.origin, pending.id, DeliveryStatus(result))
        if let link = pending.arrivingAt { onArrived(link) }
    }
}

extension DeliveryStatus {
    init(_ result: AppendResult) {
        self =
            switch result {
            case .stored: .accepted
            case .alreadyHeld: .alreadyHeld
            case .removedBefore: .removedBefore
            case .queueFull: .recipientQueueFull
            case .bytesFull: .recipientBytesFull
            case .expired: .expired
            case .failed: .storageFailed
            }
    }

    init(_ result: RemoveResult) {
        self =
            switch result {
            case .removed: .accepted
            case .notHeld: .notHeld
            case .proofRefused: .proofRefused
            case .failed: .storageFailed
            }
    }
}
