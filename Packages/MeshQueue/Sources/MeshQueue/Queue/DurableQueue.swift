public import MeshQueueCore

/// Queues on disk: a message accepted here survives whatever happens to the process.
///
/// One writer thread commits everything that was submitted while the last commit was on its way, as one; answers come
/// once that is on stable storage. One reader thread fetches beside it. A directory belongs to one `DurableQueue` at a
/// time.
///
/// Two ways to use it: with tokens, whose answers come in batches to one handler (for engines), or with `async`
/// functions (`append`, `remove`, `fetch`, …).
public final class DurableQueue: Sendable {
    let engine: QueueEngine

    /// Opens the queue in a directory, making it (not its parents) if there is none, and loads its index: less than a
    /// second a million messages. Blocks.
    ///
    /// - Parameters:
    ///   - directory: Path of the directory.
    ///   - options: Limits and settings.
    ///   - completions: Receives the answers to `submit…`; called on the writer's and the reader's thread. It must not
    ///     call `close`.
    ///   - report: Receives what an operator should know; called on the queue's threads.
    /// - Throws: Why it can't be opened, and how to go on.
    public init(
        directory: String,
        options: QueueOptions = QueueOptions(),
        completions: @escaping QueueCompletionHandler = { _ in },
        report: @escaping QueueReportHandler = { _ in }
    ) throws(QueueOpenError) {
        engine = try QueueEngine(
            directory: try QueueDirectory(path: directory), options: options, handler: completions, report: report)
        engine.start()
    }

    deinit { engine.close() }

    /// Commits what is pending, answers it, and closes; later operations are refused as `closed`. Blocks meanwhile. A
    /// second call does nothing.
    public func close() { engine.close() }

    // MARK: With tokens

    /// Submits operations; the answer comes to the handler as `.committed` or `.commitFailed` with this token.
    ///
    /// - Parameters:
    ///   - operations: Performed in order, as one: all are on stable storage, or none has happened.
    ///   - nowSeconds: The present, in seconds since 1970.
    ///   - token: Any number; returned with the answer.
    /// - Throws: `tooManyPending` or `closed`; then no answer follows.
    public func submit(_ operations: [QueueOperation], nowSeconds: UInt32, token: UInt64) throws(QueueError) {
        let submission = LogSubmission(operations: operations, nowSeconds: nowSeconds)
        try engine.put(.commit(submission, .token(token)), weight: operations.count)
    }

    /// Submits a fetch; the answer comes to the handler as `.fetched` with this token. It shows what was answered as
    /// committed before, and may show what is being committed.
    ///
    /// - Throws: `tooManyPending` or `closed`; then no answer follows.
    public func submitFetch(_ fetch: QueueFetch, token: UInt64) throws(QueueError) {
        try engine.put(.fetch(fetch, .token(token)))
    }

    /// Submits a fetch by keys (`QueueStore.fetch(keys:maxBytes:)`); the answer comes to the handler as `.fetchedKeys`
    /// with this token.
    ///
    /// - Throws: `tooManyPending` or `closed`; then no answer follows.
    public func submitFetch(keys: [QueueKey], maxBytes: Int, token: UInt64) throws(QueueError) {
        try engine.put(.fetchKeys(keys, maxBytes: maxBytes, .token(token)))
    }

    /// Submits a look-up (`QueueStore.lookup`); the answer comes to the handler as `.lookedUp` with this token.
    ///
    /// - Throws: `tooManyPending` or `closed`; then no answer follows.
    public func submitLookup(_ keys: [QueueKey], nowSeconds: UInt32, token: UInt64) throws(QueueError) {
        try engine.put(.lookup(keys, nowSeconds: nowSeconds, .token(token)))
    }

    /// Submits a part of a walk over removed messages (`QueueStore.tombstones`); the answer comes to the handler as
    /// `.tombstones` with this token.
    ///
    /// - Throws: `tooManyPending` or `closed`; then no answer follows.
    public func submitTombstones(
        from cursor: QueueTombstoneCursor, maxCount: Int, nowSeconds: UInt32, token: UInt64
    ) throws(QueueError) {
        try engine.put(.tombstones(cursor, maxCount: maxCount, nowSeconds: nowSeconds, .token(token)))
    }

    /// Submits a call of `expire`; the answer comes to the handler as `.expired` with this token.
    ///
    /// - Throws: `tooManyPending` or `closed`; then no answer follows.
    public func submitExpire(nowSeconds: UInt32, token: UInt64) throws(QueueError) {
        try engine.put(.expire(nowSeconds: nowSeconds, .token(token)), weight: 1)
    }
}

// MARK: From memory, on any thread

extension DurableQueue {
    /// What is held in all, in constant time.
    public var totals: QueueTotals { engine.look { $1.index.totals } }

    /// What is held for one recipient, in constant time.
    public func totals(of recipient: QueueRecipient) -> QueueTotals {
        engine.look { reader, _ in reader.totals(of: recipient) }
    }

    /// Recipients that have messages, with counts, at most `maxCount` from `cursor` on.
    public func recipients(from cursor: QueueRecipientCursor = .start, maxCount: Int) -> QueueRecipientPage {
        engine.look { $1.index.recipients(from: cursor, maxCount: maxCount) }
    }

    /// A recipient's messages behind a sequence, in order of arrival: at most `maxCount` (held to
    /// `QueueBounds.fetchItems`). Shows what was answered as committed.
    public func list(_ recipient: QueueRecipient, afterSequence: UInt64 = 0, maxCount: Int) -> QueueListing {
        engine.look { reader, _ in reader.list(recipient, afterSequence: afterSequence, maxCount: maxCount) }
    }

    /// A digest under `key` of the ids held for a recipient that expire later than given: some 50 ns a message.
    public func digest(of recipient: QueueRecipient, key: UInt64, expiringAfterSeconds: UInt32) -> QueueDigest {
        engine.look { reader, _ in
            reader.digest(of: recipient, key: key, expiringAfterSeconds: expiringAfterSeconds)
        }
    }

    /// Marks messages as handed out (`QueueStore.markHandedOut`); the next look-up shows it.
    public func markHandedOut(_ keys: [QueueKey]) { engine.look { reader, _ in reader.markHandedOut(keys) } }
}
