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

extension AppendResult {
    /// - Parameter outcome: nil where nothing was committed.
    init(_ outcome: QueueOutcome?) {
        self =
            switch outcome {
            case .stored, .storedAndRemoved: .stored
            case .duplicate: .alreadyHeld
            case .removedBefore: .removedBefore
            case .recipientFull(.messages): .queueFull
            case .recipientFull(.bytes): .bytesFull
            case .expired: .expired
            // The wire's limits are below the store's, and removals have no such outcomes.
            case .payloadTooLarge, .removed, .remembered, .released, .notHeld, .proofRefused, .damaged, nil: .failed
            }
    }
}

extension RemoveResult {
    /// - Parameter outcome: nil where nothing was committed.
    init(_ outcome: QueueOutcome?) {
        self =
            switch outcome {
            case .removed, .storedAndRemoved: .removed
            case .notHeld, .remembered, .removedBefore: .notHeld
            case .proofRefused: .proofRefused
            default: .failed
            }
    }
}

/// Who may remove a message: whoever shows what its stored body and recipient demand.
enum RemovalCheck {
    static func check(in network: NetworkID) -> ProofCheck {
        { proof, _, recipient, id in
            guard let proof = try? RemovalProof(decoding: [UInt8](proof)) else { return false }
            return recipient.withUnsafeBytes { recipient in
                id.withUnsafeBytes { id in
                    proof.removes(of: UserID(trusted: Bytes32(copying: recipient)), network: network)
                        == SubmissionID(Bytes16(copying: id))
                }
            }
        }
    }
}
