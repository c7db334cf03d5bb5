import MeshCrypto
import MeshNode
import MeshQueue
import MeshWire
import NIOCore

/// The in-memory store behind the engine's effects, as the shell puts the durable one behind them.
struct TestStore {
    private var store: MemoryQueueStore
    /// The next commits fail, as on a broken disk.
    var isBroken = false

    init(network: NetworkID, limits: QueueLimits = QueueLimits()) {
        store = MemoryQueueStore(limits: limits) { proof, _, recipient, id in
            guard let proof = try? RemovalProof(decoding: [UInt8](proof)) else { return false }
            return proof.removes(of: UserID(trusted: Bytes32(recipient.bytes)!), network: network)
                == SubmissionID(Bytes16(id.bytes)!)
        }
    }

    var messages: Int { store.totals.messages }

    mutating func append(_ id: SubmissionID, _ submission: Submission, nowSeconds: UInt32) -> AppendResult {
        let operation = QueueOperation.append(
            recipient: QueueRecipient(submission.recipient.bytes.bytes)!, id: QueueItemID(id.bytes.bytes)!,
            expirySeconds: submission.expirySeconds, payload: [UInt8](buffer: submission.body))
        switch commit(operation, nowSeconds) {
        case .stored, .storedAndRemoved: return .stored
        case .duplicate: return .alreadyHeld
        case .removedBefore: return .removedBefore
        case .recipientFull(.messages): return .queueFull
        case .recipientFull(.bytes): return .bytesFull
        case .expired: return .expired
        default: return .failed
        }
    }

    mutating func remove(
        _ recipient: UserID, _ id: SubmissionID, _ proof: RemovalProof, keepUntilSeconds: UInt32, nowSeconds: UInt32
    ) -> RemoveResult {
        let operation = QueueOperation.remove(
            recipient: QueueRecipient(recipient.bytes.bytes)!, id: QueueItemID(id.bytes.bytes)!,
            proof: QueueProof(proof.encoded)!, keepUntilSeconds: keepUntilSeconds)
        switch commit(operation, nowSeconds) {
        case .removed: return .removed
        case .notHeld: return .notHeld
        case .proofRefused: return .proofRefused
        default: return .failed
        }
    }

    mutating func read(_ recipient: UserID, after: UInt64, maximumCount: Int, maximumBytes: Int) -> ReadResult {
        let fetch = QueueFetch(
            recipient: QueueRecipient(recipient.bytes.bytes)!, afterSequence: after, maxCount: maximumCount,
            maxBytes: maximumBytes)
        guard !isBroken, let page = try? store.fetch(fetch) else { return .failed }
        let messages = page.items.map { item in
            try! Submission(
                recipient: recipient, expirySeconds: item.expirySeconds,
                body: ByteBuffer(bytes: page.payload(of: item)))
        }
        return .messages(messages, last: page.lastSequence, hasMore: page.hasMore)
    }

    mutating func expire(nowSeconds: UInt32) { _ = try? store.expire(nowSeconds: nowSeconds) }

    private mutating func commit(_ operation: QueueOperation, _ nowSeconds: UInt32) -> QueueOutcome? {
        guard !isBroken else { return nil }
        return try? store.commit([operation], nowSeconds: nowSeconds).outcomes.first
    }
}
