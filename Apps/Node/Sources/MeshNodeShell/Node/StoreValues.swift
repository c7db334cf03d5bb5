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
            // The wire's limits are below the store's.
            case .payloadTooLarge: .failed
            }
    }
}

/// A page of the store, read straight into a network buffer.
struct PageBuffer: QueuePageBytes {
    let buffer: ByteBuffer

    static func make(byteCount: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) -> PageBuffer {
        var buffer = ByteBufferAllocator().buffer(capacity: byteCount)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: byteCount) { target in
            fill(UnsafeMutableRawBufferPointer(rebasing: target[..<byteCount]))
            return byteCount
        }
        return PageBuffer(buffer: buffer)
    }

    func withPageBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        buffer.withUnsafeReadableBytes(body)
    }
}

extension StoreAnswer {
    /// What was stored by another program, and has a form of no message, is passed over.
    init(_ result: Result<QueuePage, QueueError>) {
        guard let page = try? result.get() else {
            self = .failed
            return
        }
        let payloads = FetchedPage(page)
        let messages = page.items.compactMap { item in
            payloads.payload(of: item).flatMap { body in
                try? Submission(recipient: UserID(item.recipient), expirySeconds: item.expirySeconds, body: body)
            }
        }
        self = .messages(messages, examined: page.examined)
    }

    init(_ result: Result<[QueueLookup], QueueError>) {
        guard let answers = try? result.get() else {
            self = .failed
            return
        }
        self = .lookup(answers.map(StoredState.init))
    }

    init(_ result: Result<QueueTombstonePage, QueueError>) {
        guard let page = try? result.get() else {
            self = .failed
            return
        }
        self = .tombstones(page.tombstones.compactMap(StoredTombstone.init), next: page.next)
    }
}

extension StoredState {
    init(_ lookup: QueueLookup) {
        switch lookup {
        case .held(_, let expirySeconds, _, let isHandedOut):
            self = .held(expirySeconds: expirySeconds, isHandedOut: isHandedOut)
        case .removed(let proof, let keepUntilSeconds):
            // A proof that this program can't read was not stored by it.
            guard let proof = proof.removalProof else {
                self = .unknown
                return
            }
            self = .removed(proof, keepUntilSeconds: keepUntilSeconds)
        case .unknown: self = .unknown
        }
    }
}

extension QueueProof {
    fileprivate var removalProof: RemovalProof? { try? RemovalProof(decoding: bytes) }
}

extension SubmissionID {
    init(_ id: QueueItemID) { self = id.withUnsafeBytes { SubmissionID(Bytes16(copying: $0)) } }
}

extension StoredMessage {
    init(_ entry: QueueListEntry) {
        self.init(
            id: SubmissionID(entry.id), sequence: entry.sequence, expirySeconds: entry.expirySeconds,
            byteCount: entry.byteCount)
    }
}

extension StoredDigest {
    /// Both sums, big-endian, one behind the other.
    init(_ digest: QueueDigest) {
        let sums = (digest.sum0.bigEndian, digest.sum1.bigEndian)
        self.init(
            count: UInt32(clamping: digest.count), digest: withUnsafeBytes(of: sums) { Bytes16(copying: $0) })
    }
}

extension StoredTombstone {
    init?(_ tombstone: QueueTombstone) {
        guard let proof = tombstone.proof.removalProof else { return nil }
        self.init(
            MessageKey(UserID(tombstone.key.recipient), SubmissionID(tombstone.key.id)), proof,
            keepUntilSeconds: tombstone.keepUntilSeconds)
    }
}
