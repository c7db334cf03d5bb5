import CSQLite
import MeshQueueCore

/// Copies the write-ahead log back beside the writer, on a thread and a connection of its own, so that commits don't
/// wait for it.
///
/// The writer kicks it when the log is beyond its limit. Meanwhile more is written; when it is done, the writer copies
/// the small rest itself between two commits, and the log starts over.
final class Checkpointer: @unchecked Sendable {
    private let connection: SQLiteConnection
    private let lock = Lock()
    private let condition: Lock.Condition
    private let report: QueueReportHandler
    private var phase = Phase.resting
    private var isStopped = false
    private var thread: WorkerThread?

    private enum Phase {
        case resting, wanted, copying, copied
    }

    init(_ connection: SQLiteConnection, report: @escaping QueueReportHandler) {
        self.connection = connection
        self.report = report
        condition = Lock.Condition(lock)
        thread = WorkerThread(name: "queue-checkpt") { [unowned self] in run() }
    }

    /// After a commit: starts copying, or finishes it.
    func afterCommit(_ store: SQLiteQueueStore) {
        guard store.log.pageCount >= store.log.limitPages else { return }
        switch lock.withLock({ phase }) {
        case .resting:
            store.letSnapshotGo()
            lock.withLock {
                phase = .wanted
                condition.signal()
            }
        case .wanted, .copying: break
        case .copied:
            store.checkpointWithoutReaders()
            lock.withLock { phase = .resting }
        }
    }

    /// Ends the thread.
    func stop() {
        lock.withLock {
            isStopped = true
            condition.broadcast()
        }
        thread?.join()
        thread = nil
    }

    private func run() {
        while waitUntilWanted() {
            let code = sqlite3_wal_checkpoint_v2(connection.handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
            if code != SQLITE_OK, code != SQLITE_BUSY {
                let failure = SQLiteFailure(connection.handle, code: code)
                report(.maintenanceFailed(failure.queueError(file: connection.file)))
            }
            lock.withLock { phase = .copied }
        }
    }

    private func waitUntilWanted() -> Bool {
        lock.withLock {
            while phase != .wanted, !isStopped { condition.wait() }
            if isStopped { return false }
            phase = .copying
            return true
        }
    }
}
