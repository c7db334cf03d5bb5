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

extension SubmissionID {
    init(_ id: QueueItemID) { self = id.withUnsafeBytes { SubmissionID(Bytes16(copying: $0)) } }
}

extension QueuePage {
    var submissions: [Submission] {
        items.compactMap { item in
            try? Submission(
                recipient: UserID(item.recipient), expirySeconds: item.expirySeconds,
                body: ByteBuffer(bytes: payload(of: item)))
        }
    }
}

extension SimulatedDisk.Write {
    /// Nil for an effect that is no write.
    init?(_ effect: EngineEffect) {
        switch effect {
        case .append(let token, let id, let submission):
            let append = QueueOperation.append(
                recipient: QueueRecipient(submission.recipient), id: QueueItemID(id),
                expirySeconds: submission.expirySeconds, payload: [UInt8](buffer: submission.body))
            self.init(token: token, key: MessageKey(submission.recipient, id), operation: append)
        case .remove(let token, let recipient, let id, let proof, let keepUntilSeconds):
            guard let bytes = QueueProof(proof.encoded) else { return nil }
            let remove = QueueOperation.remove(
                recipient: QueueRecipient(recipient), id: QueueItemID(id), proof: bytes,
                keepUntilSeconds: keepUntilSeconds)
            self.init(token: token, key: MessageKey(recipient, id), operation: remove)
        case .release(let token, let key): self.init(token: token, key: key, operation: .release(QueueKey(key)))
        default: return nil
        }
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
            case .payloadTooLarge: .failed
            }
    }
}

extension StoredState {
    init(_ state: QueueLookup) {
        switch state {
        case .held(_, let expirySeconds, _, let isHandedOut):
            self = .held(expirySeconds: expirySeconds, isHandedOut: isHandedOut)
        case .removed(let proof, let keepUntilSeconds):
            guard let proof = try? RemovalProof(decoding: proof.bytes) else { fallthrough }
            self = .removed(proof, keepUntilSeconds: keepUntilSeconds)
        case .unknown: self = .unknown
        }
    }
}

extension StoredMessage {
    init(_ entry: QueueListEntry) {
        self.init(
            id: SubmissionID(entry.id), sequence: entry.sequence, expirySeconds: entry.expirySeconds,
            byteCount: entry.byteCount)
    }
}

extension StoredDigest {
    init(_ digest: QueueDigest) {
        var words = (digest.sum0.bigEndian, digest.sum1.bigEndian)
        self.init(count: UInt32(digest.count), digest: withUnsafeBytes(of: &words) { Bytes16(copying: $0) })
    }
}

extension StoredTombstone {
    init(_ tombstone: QueueTombstone) {
        guard let proof = try? RemovalProof(decoding: tombstone.proof.bytes) else {
            preconditionFailure("only proofs were stored")
        }
        self.init(
            MessageKey(UserID(tombstone.key.recipient), SubmissionID(tombstone.key.id)), proof,
            keepUntilSeconds: tombstone.keepUntilSeconds)
    }
}
