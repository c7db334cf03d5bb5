public import MeshQueueCore

/// Queues on disk: a message accepted here survives whatever happens to the process.
///
/// One writer thread commits everything that was submitted while the last commit was on its way, as one transaction;
/// answers come once that is on stable storage. One reader thread fetches beside it. A directory belongs to one
/// `DurableQueue` at a time.
///
/// Two ways to use it: with tokens, whose answers come in batches to one handler (for engines), or with `async`
/// functions (`append`, `remove`, `fetch`, …).
public final class DurableQueue: Sendable {
    let engine: QueueEngine

    /// Opens the queue in a directory, making it (not its parents) if there is none, and loads its index: about a second
    /// a million messages. Blocks.
    ///
    /// - Parameters:
    ///   - directory: Path of the directory.
    ///   - options: Limits and settings.
    ///   - proofCheck: Decides about removals of what is held; called on the writer's thread. Nil if the caller has
    ///     verified all proofs: then what isn't held is remembered, too.
    ///   - completions: Receives the answers to `submit…`; called on the writer's and the reader's thread. It must not
    ///     call `close`.
    ///   - report: Receives what an operator should know; called on the queue's threads.
    /// - Throws: Why it can't be opened, and how to go on.
    public init(
        directory: String,
        options: QueueOptions = QueueOptions(),
        proofCheck: ProofCheck? = nil,
        completions: @escaping QueueCompletionHandler = { _ in },
        report: @escaping QueueReportHandler = { _ in }
    ) throws(QueueOpenError) {
        let store = try SQLiteQueueStore(
            directory: directory, options: options, proofCheck: proofCheck, report: report)
        do throws(SQLiteFailure) {
            engine = try QueueEngine(store: store, options: options, handler: completions, report: report)
        } catch {
            throw error.openError(file: directory)
        }
        engine.start()
    }

    deinit { try? engine.close() }

    /// Commits what is pending, answers it, and closes; later operations are refused as `closed`. Blocks meanwhile. A
    /// second call does nothing.
    public func close() throws(QueueError) { try engine.close() }

    // MARK: With tokens

    /// Submits operations; the answer comes to the handler as `.committed` or `.commitFailed` with this token.
    ///
    /// - Parameters:
    ///   - operations: Performed in order, as one: all are on stable storage, or none has happened.
    ///   - nowSeconds: The present, in seconds since 1970.
    ///   - token: Any number; returned with the answer.
    /// - Throws: `tooManyPending` or `closed`; then no answer follows.
    public func submit(_ operations: [QueueOperation], nowSeconds: UInt32, token: UInt64) throws(QueueError) {
        let submission = Submission(operations: operations, nowSeconds: nowSeconds)
        try engine.put(.commit(submission, .token(token)), weight: operations.count)
    }

    /// Submits a fetch; the answer comes to the handler as `.fetched` with this token. It shows what was answered as
    /// committed before, and may show what is being committed.
    ///
    /// - Throws: `tooManyPending` or `closed`; then no answer follows.
    public func submitFetch(_ fetch: QueueFetch, token: UInt64) throws(QueueError) {
        try engine.put(ReadRequest(fetch: fetch, reply: .token(token)))
    }

    /// Submits a call of `expire`; the answer comes to the handler as `.expired` with this token.
    ///
    /// - Throws: `tooManyPending` or `closed`; then no answer follows.
    public func submitExpire(nowSeconds: UInt32, token: UInt64) throws(QueueError) {
        try engine.put(.expire(nowSeconds: nowSeconds, .token(token)), weight: 1)
    }

    // MARK: Totals

    /// What is held in all, in constant time, from any thread.
    public var totals: QueueTotals { engine.store.totals }

    /// What is held for one recipient, in constant time, from any thread.
    public func totals(of recipient: QueueRecipient) -> QueueTotals { engine.store.totals(of: recipient) }

    /// Recipients that have messages, with counts, at most `maxCount` from `cursor` on; from any thread.
    public func recipients(from cursor: QueueRecipientCursor = .start, maxCount: Int) -> QueueRecipientPage {
        engine.store.recipients(from: cursor, maxCount: maxCount)
    }
}
