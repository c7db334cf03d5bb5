import MeshCrypto
import MeshNode
import MeshQueue
import MeshWire
import NIOCore

// The store's words for the engine's values, and the engine's for the store's.

extension QueueRecipient {
    init(_ user: UserID) { self = user.bytes.withUnsafeBytes { QueueRecipient(copying: $0) } }
}

extension QueueItemID {
    init(_ id: SubmissionID) { self = id.bytes.withUnsafeBytes { QueueItemID(copying: $0) } }
}

extension QueueKey {
    init(_ key: MessageKey) { self.init(recipient: QueueRecipient(key.recipient), id: QueueItemID(key.id)) }
}

extension UserID {
    init(_ recipient: QueueRecipient) {
        self = recipient.withUnsafeBytes { UserID(trusted: Bytes32(copying: $0)) }
    }
}

extension QueueOperation {
    static func append(_ id: SubmissionID, _ submission: Submission) -> QueueOperation {
        .append(
            recipient: QueueRecipient(submission.recipient), id: QueueItemID(id),
            expirySeconds: submission.expirySeconds, payload: BodyPayload(body: submission.body))
    }

    static func remove(
        _ recipient: UserID, _ id: SubmissionID, _ proof: RemovalProof, keepUntilSeconds: UInt32
    ) -> QueueOperation {
        guard let bytes = QueueProof(proof.encoded) else {
            preconditionFailure("\(RemovalProof.maximumBytes) bytes of proof fit")
        }
        return .remove(
            recipient: QueueRecipient(recipient), id: QueueItemID(id), proof: bytes,
            keepUntilSeconds: keepUntilSeconds)
    }
}

/// A submission's body on its way from the socket's buffer into the store.
struct BodyPayload: QueuePayload {
    let body: ByteBuffer

    var byteCount: Int { body.readableBytes }

    func withPayloadBytes<Result>(_ read: (UnsafeRawBufferPointer) -> Result) -> Result {
        body.withUnsafeReadableBytes(read)
    }
}

extension StoreOutcome {
    init(_ outcome: QueueOutcome) {
        self =
            switch outcome {
            case .stored: .stored
            case .storedAndRemoved: .storedAndRemoved
            case .duplicate: .alreadyHeld
            case .removedBefore: .removedBefore
            case .recipientFull(.messages): .queueFull
            case .recipientFull(.bytes): .bytesFull
            case .expired: .expired
            case .removed: .removed
            case .remembered: .remembered
            case .released: .released
            case .notHeld: .notHeld
            // The wire's limits are below the store's, and the engine has verified all proofs.
            case .payloadTooLarge, .proofRefused, .damaged: .failed
            }
    }
}
