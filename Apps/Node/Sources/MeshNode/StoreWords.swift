public import MeshCrypto
public import MeshQueue
import MeshWire
import NIOCore

// The store's words for the engine's values, and the engine's for the store's: every shell around the engine speaks to
// MeshQueue with them, over a disk as over a simulated one.

extension QueueRecipient {
    /// Whose queue.
    public init(_ user: UserID) { self = user.bytes.withUnsafeBytes { QueueRecipient(copying: $0) } }
}

extension QueueItemID {
    /// The message's name.
    public init(_ id: SubmissionID) { self = id.bytes.withUnsafeBytes { QueueItemID(copying: $0) } }
}

extension QueueKey {
    /// The message's place.
    public init(_ key: MessageKey) {
        self.init(recipient: QueueRecipient(key.recipient), id: QueueItemID(key.id))
    }
}

extension UserID {
    /// The queue's owner, who was checked when the queue was begun.
    public init(_ recipient: QueueRecipient) {
        self = recipient.withUnsafeBytes { UserID(trusted: Bytes32(copying: $0)) }
    }
}

extension SubmissionID {
    /// The stored message's name.
    public init(_ id: QueueItemID) { self = id.withUnsafeBytes { SubmissionID(Bytes16(copying: $0)) } }
}

/// What an effect asks the store to write.
public struct StoreWrite: Sendable {
    /// The effect's.
    public let token: UInt64
    /// Which message it is about.
    public let key: MessageKey
    /// For the store's next commit.
    public let operation: QueueOperation

    /// Nil for an effect that writes nothing.
    public init?(_ effect: EngineEffect) {
        switch effect {
        case .append(let token, let id, let submission):
            self.token = token
            key = MessageKey(submission.recipient, id)
            operation = .append(
                recipient: QueueRecipient(submission.recipient), id: QueueItemID(id),
                expirySeconds: submission.expirySeconds, payload: BodyPayload(body: submission.body))
        case .remove(let token, let recipient, let id, let proof, let keepUntilSeconds):
            guard let bytes = proof.withEncodedBytes(QueueProof.init(copying:)) else {
                preconditionFailure("\(RemovalProof.maximumBytes) bytes of proof fit")
            }
            self.token = token
            key = MessageKey(recipient, id)
            operation = .remove(
                recipient: QueueRecipient(recipient), id: QueueItemID(id), proof: bytes,
                keepUntilSeconds: keepUntilSeconds)
        case .release(let token, let key):
            self.token = token
            self.key = key
            operation = .release(QueueKey(key))
        default: return nil
        }
    }
}

/// A submission's body on its way from the socket's buffer into the store.
private struct BodyPayload: QueuePayload {
    let body: ByteBuffer

    var byteCount: Int { body.readableBytes }

    func withPayloadBytes<Result>(_ read: (UnsafeRawBufferPointer) -> Result) -> Result {
        body.withUnsafeReadableBytes(read)
    }
}

extension StoreOutcome {
    /// What the store says of one operation.
    public init(_ outcome: QueueOutcome) {
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
            // The wire's limits are below the store's.
            case .payloadTooLarge: .failed
            }
    }
}

extension StoredState {
    /// What the store knows of a message.
    public init(_ lookup: QueueLookup) {
        switch lookup {
        case .held(_, let expirySeconds, _, let isHandedOut):
            self = .held(expirySeconds: expirySeconds, isHandedOut: isHandedOut)
        case .removed(let proof, let keepUntilSeconds):
            // A proof that this program can't read was not stored by it.
            guard let proof = try? RemovalProof(decoding: proof.bytes) else {
                self = .unknown
                return
            }
            self = .removed(proof, keepUntilSeconds: keepUntilSeconds)
        case .unreadable: self = .unreadable
        case .unknown: self = .unknown
        }
    }
}

extension StoredMessage {
    /// A line of a queue's list.
    public init(_ entry: QueueListEntry) {
        self.init(
            id: SubmissionID(entry.id), sequence: entry.sequence, expirySeconds: entry.expirySeconds,
            byteCount: entry.byteCount)
    }
}

extension StoredDigest {
    /// Both sums, big-endian, one behind the other.
    public init(_ digest: QueueDigest) {
        let sums = (digest.sum0.bigEndian, digest.sum1.bigEndian)
        self.init(
            count: UInt32(clamping: digest.count), digest: withUnsafeBytes(of: sums) { Bytes16(copying: $0) })
    }
}

extension StoredTombstone {
    /// Nil for one whose proof this program can't read, and so didn't store.
    public init?(_ tombstone: QueueTombstone) {
        guard let proof = try? RemovalProof(decoding: tombstone.proof.bytes) else { return nil }
        self.init(
            MessageKey(UserID(tombstone.key.recipient), SubmissionID(tombstone.key.id)), proof,
            keepUntilSeconds: tombstone.keepUntilSeconds)
    }
}
