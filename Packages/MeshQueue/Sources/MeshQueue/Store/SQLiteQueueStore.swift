import CSQLite
import MeshQueueCore

/// A store on SQLite in chunk form, without threads of its own: `commit`, `expire` and `housekeep` from one thread at a
/// time, `fetch` and the totals from any. `DurableQueue` puts threads around it.
package final class SQLiteQueueStore: BasicQueueStore, @unchecked Sendable {
    private let directory: QueueDirectory
    private let writer: QueueWriter
    private let reader: QueueReader
    let log: WriteAheadLog
    private var isClosed = false

    /// Opens the queue in `path`, making it if there is none, and loads its index.
    ///
    /// - Parameter report: Told of damage and of failing housekeeping.
    package init(
        directory path: String, options: QueueOptions = QueueOptions(), proofCheck: ProofCheck? = nil,
        report: @escaping QueueReportHandler = { _ in }
    ) throws(QueueOpenError) {
        let context = StoreContext(options: options, proofCheck: proofCheck, report: report)
        directory = try QueueDirectory(path: path)
        let files = StoreFiles(directory: directory, options: options)
        let loaded = try files.load()
        do throws(SQLiteFailure) {
            let connection = try files.connect(cacheKiB: StoreFiles.writerCacheKiB, mapsFile: true)
            writer = QueueWriter(context: context, database: try ChunkDatabase(connection), loaded: loaded)
            reader = try QueueReader(
                try files.connect(cacheKiB: StoreFiles.readerCacheKiB, mapsFile: true), shared: writer.shared,
                report: report)
            log = WriteAheadLog(connection, limitPages: options.checkpointPages)
        } catch {
            throw error.openError(file: directory.databaseFile)
        }
        do throws(QueueError) { try writer.beginEpoch() } catch { throw error.openError(file: directory.databaseFile) }
        try directory.synchronize()
    }

    deinit { try? close() }

    /// Another connection to the file, for a checkpointer.
    func connect() throws(SQLiteFailure) -> SQLiteConnection {
        try StoreFiles(directory: directory, options: writer.context.options)
            .connect(cacheKiB: StoreFiles.readerCacheKiB)
    }

    /// Performs `operations` as one commit; answers after stable storage.
    package func commit(_ operations: [QueueOperation], nowSeconds: UInt32) throws(QueueError) -> QueueCommit {
        let (number, outcomes) = try commit([Submission(operations: operations, nowSeconds: nowSeconds)])
        _ = writer.housekeep(isIdle: false)
        if log.pageCount >= log.limitPages { checkpointWithoutReaders() }
        return QueueCommit(number: number, outcomes: outcomes[0])
    }

    /// Performs several submissions as one commit; answers after stable storage. Leaves housekeeping to the caller.
    func commit(
        _ submissions: [Submission]
    ) throws(QueueError) -> (number: UInt64, outcomes: [[QueueOutcome]]) {
        guard !isClosed else { throw .closed }
        return try writer.commit(submissions)
    }

    package func fetch(_ fetch: QueueFetch) throws(QueueError) -> QueuePage {
        guard !isClosed else { throw .closed }
        return try reader.fetch([fetch])[0].get()
    }

    /// Answers several fetches.
    package func fetch(_ fetches: [QueueFetch]) -> [Result<QueuePage, QueueError>] { reader.fetch(fetches) }

    package func expire(nowSeconds: UInt32) throws(QueueError) -> QueueExpiry {
        guard !isClosed else { throw .closed }
        let expiry = try writer.expire(nowSeconds: nowSeconds)
        _ = writer.housekeep(isIdle: true)
        return expiry
    }

    package var totals: QueueTotals { writer.shared.look { $0.totals } }

    package func totals(of recipient: QueueRecipient) -> QueueTotals {
        writer.shared.look { index in
            let hash = index.seed.hash(recipient)
            return index.recipient(recipient, hash: hash).map { index.totals(ofRecipient: $0) } ?? QueueTotals()
        }
    }

    package func recipients(from cursor: QueueRecipientCursor, maxCount: Int) -> QueueRecipientPage {
        writer.shared.look { $0.recipients(from: cursor, maxCount: maxCount) }
    }

    /// Does part of what is to be done between commits; returns whether more is left.
    ///
    /// - Parameter isIdle: Whether nothing waits for the writer; then space is given back, too.
    package func housekeep(isIdle: Bool) -> Bool {
        if writer.housekeep(isIdle: isIdle) { return true }
        guard isIdle else { return false }
        return reader.withoutReading { log.reclaim() }
    }

    /// Whether housekeeping waits for something: a reader to finish, or a disk to take writes again.
    var isHousekeepingPending: Bool { writer.isHousekeepingPending }

    /// Lets go of what readers hold of the file's past, which would keep the log from being copied back.
    func letSnapshotGo() { reader.withoutReading {} }

    /// Copies back what isn't yet while nothing is read, so that the log starts over.
    func checkpointWithoutReaders() { reader.withoutReading { log.checkpoint(SQLITE_CHECKPOINT_PASSIVE) } }

    /// Writes what memory knows better than the file, copies the log back and lets the directory go. Further operations
    /// are refused.
    package func close() throws(QueueError) {
        guard !isClosed else { return }
        isClosed = true
        defer { directory.release() }
        try writer.close()
        reader.withoutReading { log.checkpoint(SQLITE_CHECKPOINT_TRUNCATE) }
    }
}
