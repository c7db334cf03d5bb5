import Glibc
public import MeshQueueCore

extension DurableQueue {
    /// The present in seconds since 1970, by the system's clock.
    public static var nowSeconds: UInt32 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt32(clamping: time.tv_sec)
    }

    /// Performs operations in order, as one, and returns their outcomes and the commit's number once they are on stable storage.
    public func commit(
        _ operations: [QueueOperation], nowSeconds: UInt32 = DurableQueue.nowSeconds
    ) async throws(QueueError) -> QueueCommit {
        let submission = LogSubmission(operations: operations, nowSeconds: nowSeconds)
        return try await answer { (reply) throws(QueueError) in
            try engine.put(.commit(submission, reply), weight: operations.count)
        }
    }

    /// Queues a message, and returns once it is on stable storage, or why it isn't taken.
    public func append(
        recipient: QueueRecipient, id: QueueItemID, expirySeconds: UInt32, payload: any QueuePayload,
        nowSeconds: UInt32 = DurableQueue.nowSeconds
    ) async throws(QueueError) -> QueueOutcome {
        let append = QueueAppend(recipient: recipient, id: id, expirySeconds: expirySeconds, payload: payload)
        return try await commit([.append(append)], nowSeconds: nowSeconds).outcomes[0]
    }

    /// Removes a message, and returns once that is on stable storage, or why it isn't removed. The caller has verified
    /// the proof.
    public func remove(
        recipient: QueueRecipient, id: QueueItemID, proof: QueueProof, keepUntilSeconds: UInt32,
        nowSeconds: UInt32 = DurableQueue.nowSeconds
    ) async throws(QueueError) -> QueueOutcome {
        let removal = QueueRemoval(recipient: recipient, id: id, proof: proof, keepUntilSeconds: keepUntilSeconds)
        return try await commit([.remove(removal)], nowSeconds: nowSeconds).outcomes[0]
    }

    /// The oldest messages of a recipient behind a sequence, in order of arrival.
    public func fetch(_ fetch: QueueFetch) async throws(QueueError) -> QueuePage {
        try await answer { (reply) throws(QueueError) in
            try engine.put(.fetch(fetch, reply))
        }
    }

    /// The messages of `keys` that are held, in the order of the keys (`QueueStore.fetch(keys:maxBytes:)`).
    public func fetch(keys: [QueueKey], maxBytes: Int) async throws(QueueError) -> QueuePage {
        try await answer { (reply) throws(QueueError) in
            try engine.put(.fetchKeys(keys, maxBytes: maxBytes, reply))
        }
    }

    /// What is known of each of `keys`, in their order.
    public func lookup(
        _ keys: [QueueKey], nowSeconds: UInt32 = DurableQueue.nowSeconds
    ) async throws(QueueError) -> [QueueLookup] {
        try await answer { (reply) throws(QueueError) in
            try engine.put(.lookup(keys, nowSeconds: nowSeconds, reply))
        }
    }

    /// Messages that were removed and are remembered: at most `maxCount` from `cursor` on.
    public func tombstones(
        from cursor: QueueTombstoneCursor = .start, maxCount: Int, nowSeconds: UInt32 = DurableQueue.nowSeconds
    ) async throws(QueueError) -> QueueTombstonePage {
        try await answer { (reply) throws(QueueError) in
            try engine.put(.tombstones(cursor, maxCount: maxCount, nowSeconds: nowSeconds, reply))
        }
    }

    /// Drops what has expired, a bounded part a call; call again while it isn't complete.
    public func expire(nowSeconds: UInt32 = DurableQueue.nowSeconds) async throws(QueueError) -> QueueExpiry {
        try await answer { (reply) throws(QueueError) in
            try engine.put(.expire(nowSeconds: nowSeconds, reply), weight: 1)
        }
    }

    /// `close()` without blocking the caller's thread.
    public func shutdown() async {
        let engine = engine
        await withCheckedContinuation { continuation in
            WorkerThread.detached(name: "queue-close") {
                engine.close()
                continuation.resume()
            }
        }
    }

    private func answer<Answer: Sendable>(
        _ put: (Reply<Answer>) throws(QueueError) -> Void
    ) async throws(QueueError) -> Answer {
        let result = await withCheckedContinuation { continuation in
            do throws(QueueError) {
                try put(.continuation(continuation))
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
        return try result.get()
    }
}
