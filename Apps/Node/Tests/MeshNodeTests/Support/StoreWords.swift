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
    init(_ recipient: QueueRecipient) { self.init(trusted: Bytes32(recipient.bytes)!) }
}

extension SubmissionID {
    init(_ id: QueueItemID) { self.init(Bytes16(id.bytes)!) }
}

extension QueuePage {
    var submissions: [Submission] {
        items.map { item in
            try! Submission(
                recipient: UserID(item.recipient), expirySeconds: item.expirySeconds,
                body: ByteBuffer(bytes: payload(of: item)))
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
        self =
            switch state {
            case .held(_, let expirySeconds, _, let isHandedOut):
                .held(expirySeconds: expirySeconds, isHandedOut: isHandedOut)
            case .removed(let proof, let keepUntilSeconds):
                .removed(try! RemovalProof(decoding: proof.bytes), keepUntilSeconds: keepUntilSeconds)
            case .unknown: .unknown
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
        let words = [digest.sum0, digest.sum1].flatMap { word in withUnsafeBytes(of: word.bigEndian, Array.init) }
        self.init(count: UInt32(digest.count), digest: Bytes16(words)!)
    }
}

extension StoredTombstone {
    init(_ tombstone: QueueTombstone) {
        self.init(
            MessageKey(UserID(tombstone.key.recipient), SubmissionID(tombstone.key.id)),
            try! RemovalProof(decoding: tombstone.proof.bytes), keepUntilSeconds: tombstone.keepUntilSeconds)
    }
}
