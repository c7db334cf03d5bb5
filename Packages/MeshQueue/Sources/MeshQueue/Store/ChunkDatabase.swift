import CSQLite
import MeshQueueCore

/// The database as its writer sees it: statements by name, errors as `QueueError`.
final class ChunkDatabase {
    let connection: SQLiteConnection
    let records: SQLiteRowReader
    private let begin, commit, rollback: SQLiteStatement
    private let insertMeta, insertData, deleteMeta, deleteData, selectMeta: SQLiteStatement
    private let insertJournal, selectJournal, firstJournal: SQLiteStatement
    private let insertRunPage, selectRunPage, insertRun, deleteRun, insertDeadPage: SQLiteStatement
    private var isSynchronous = true

    init(_ connection: SQLiteConnection) throws(SQLiteFailure) {
        self.connection = connection
        func prepare(_ sql: String) throws(SQLiteFailure) -> SQLiteStatement { try SQLiteStatement(connection, sql) }
        records = SQLiteRowReader(connection, table: "chunk_data", column: "body")
        begin = try prepare("BEGIN IMMEDIATE")
        commit = try prepare("COMMIT")
        rollback = try prepare("ROLLBACK")
        insertMeta = try prepare("INSERT INTO chunk_meta VALUES(?1,?2)")
        insertData = try prepare("INSERT INTO chunk_data VALUES(?1,?2)")
        deleteMeta = try prepare("DELETE FROM chunk_meta WHERE chunk=?1")
        deleteData = try prepare("DELETE FROM chunk_data WHERE chunk=?1")
        selectMeta = try prepare("SELECT body FROM chunk_meta WHERE chunk=?1")
        insertJournal = try prepare("INSERT INTO journal VALUES(?1,?2)")
        selectJournal = try prepare("SELECT body FROM journal WHERE row=?1")
        firstJournal = try prepare("SELECT min(row) FROM journal WHERE row>=?1")
        insertRunPage = try prepare("INSERT OR REPLACE INTO run_page VALUES(?1,?2)")
        selectRunPage = try prepare("SELECT body FROM run_page WHERE page=?1")
        insertRun = try prepare("INSERT INTO run VALUES(?1,?2,?3,?4,?5)")
        deleteRun = try prepare("DELETE FROM run WHERE run=?1")
        insertDeadPage = try prepare("INSERT OR REPLACE INTO dead_page VALUES(?1,?2)")
    }

    var file: String { connection.file }

    /// Runs `body` as one transaction. If it or the commit fails, the file is as before.
    ///
    /// - Parameter isDurable: Whether to wait for stable storage. Without, a power cut may undo it, never half of it,
    ///   and nothing that came after it without it: for housekeeping.
    func transaction(isDurable: Bool, _ body: () throws(QueueError) -> Void) throws(QueueError) {
        records.close()
        try attempt { () throws(SQLiteFailure) in
            try synchronize(isDurable)
            try begin.run()
        }
        do throws(QueueError) {
            try body()
            records.close()
            try attempt { () throws(SQLiteFailure) in try commit.run() }
        } catch {
            records.close()
            if connection.isInTransaction { try? rollback.run() }
            throw error
        }
    }

    private func synchronize(_ isDurable: Bool) throws(SQLiteFailure) {
        guard isDurable != isSynchronous else { return }
        try connection.execute(isDurable ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL")
        isSynchronous = isDurable
    }

    /// Runs `body` and says its failure in the terms of the store.
    func attempt<Result>(_ body: () throws(SQLiteFailure) -> Result) throws(QueueError) -> Result {
        do throws(SQLiteFailure) {
            return try body()
        } catch {
            throw error.queueError(file: file)
        }
    }

    private func put(_ statement: SQLiteStatement, _ key: UInt64, _ bytes: UnsafeRawBufferPointer) throws(QueueError) {
        try attempt { () throws(SQLiteFailure) in
            statement.bind(1, key)
            statement.bind(2, bytes)
            try statement.run()
        }
    }

    private func delete(_ statement: SQLiteStatement, _ key: UInt64) throws(QueueError) {
        try attempt { () throws(SQLiteFailure) in
            statement.bind(1, key)
            try statement.run()
        }
    }

    /// Calls `body` with a row's bytes, which are valid during the call; nil if there is no such row.
    private func look<Result>(
        _ statement: SQLiteStatement, _ key: UInt64, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(QueueError) -> Result? {
        try attempt { () throws(SQLiteFailure) in
            statement.bind(1, key)
            defer { statement.reset() }
            return try statement.step() ? body(statement.bytes(0)) : nil
        }
    }
}

// MARK: Chunks and journal

extension ChunkDatabase {
    func insertChunk(
        row: UInt64, meta: UnsafeRawBufferPointer, data: UnsafeRawBufferPointer
    ) throws(QueueError) {
        try put(insertMeta, row, meta)
        try put(insertData, row, data)
    }

    func deleteChunk(row: UInt64) throws(QueueError) {
        records.close()
        try delete(deleteMeta, row)
        try delete(deleteData, row)
    }

    func withMeta<Result>(
        row: UInt64, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(QueueError) -> Result? {
        try look(selectMeta, row, body)
    }

    /// Fills `target` from a chunk's records. False if the file doesn't have them as it should.
    func readRecord(
        row: UInt64, offset: Int, into target: UnsafeMutableRawBufferPointer
    ) throws(QueueError) -> Bool {
        do throws(SQLiteFailure) {
            return try records.read(row: row, offset: offset, into: target)
        } catch {
            if error.isDamage { return false }
            throw error.queueError(file: file)
        }
    }

    func insertJournal(_ key: JournalKey, _ bytes: UnsafeRawBufferPointer) throws(QueueError) {
        try put(insertJournal, key.raw, bytes)
    }

    func withJournal<Result>(
        _ key: JournalKey, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(QueueError) -> Result? {
        try look(selectJournal, key.raw, body)
    }

    /// The first journal row at or behind `start`; nil if there is none.
    func firstJournalKey(from start: UInt64) throws(QueueError) -> JournalKey? {
        try attempt { () throws(SQLiteFailure) in
            firstJournal.bind(1, start)
            defer { firstJournal.reset() }
            guard try firstJournal.step(), !firstJournal.isNull(0) else { return nil }
            return JournalKey(raw: firstJournal.unsigned(0))
        }
    }
}

// MARK: Tombstone runs, dead pages, state

extension ChunkDatabase {
    func insertRunPage(_ key: UInt64, _ bytes: UnsafeRawBufferPointer) throws(QueueError) {
        try put(insertRunPage, key, bytes)
    }

    func withRunPage<Result>(
        _ key: UInt64, _ body: (UnsafeRawBufferPointer) -> Result
    ) throws(QueueError) -> Result? {
        try look(selectRunPage, key, body)
    }

    func insertRun(_ run: TombstoneRun) throws(QueueError) {
        try attempt { () throws(SQLiteFailure) in
            insertRun.bind(1, run.number)
            insertRun.bind(2, UInt64(run.bucket))
            insertRun.bind(3, UInt64(run.tier))
            insertRun.bind(4, UInt64(run.summary.fences.count))
            insertRun.bind(5, UInt64(run.summary.partCount))
            try insertRun.run()
        }
    }

    func deleteRun(_ number: UInt64) throws(QueueError) { try delete(deleteRun, number) }

    func insertDeadPage(_ key: UInt64, _ bytes: UnsafeRawBufferPointer) throws(QueueError) {
        try put(insertDeadPage, key, bytes)
    }

    func write(_ state: StateBlock) throws(QueueError) {
        try attempt { () throws(SQLiteFailure) in try Schema.write(state, to: connection) }
    }

    /// Deletes at most `limit` rows of a table whose keys lie in `keys`; returns whether that was all of them.
    func delete(from table: KeyedTable, keys: ClosedRange<UInt64>, limit: Int) throws(QueueError) -> Bool {
        try attempt { () throws(SQLiteFailure) in
            let (name, column) = table.names
            let upper = min(keys.upperBound, UInt64(Int64.max))
            try connection.execute(
                """
                DELETE FROM \(name) WHERE \(column) IN (SELECT \(column) FROM \(name)
                WHERE \(column) BETWEEN \(keys.lowerBound) AND \(upper) LIMIT \(limit))
                """)
            return connection.changes < limit
        }
    }

    /// The tables whose rows go in ranges.
    enum KeyedTable {
        case journal, runPage, deadPage

        fileprivate var names: (table: String, column: String) {
            switch self {
            case .journal: ("journal", "row")
            case .runPage: ("run_page", "page")
            case .deadPage: ("dead_page", "page")
            }
        }
    }
}
