import CSQLite

/// A connection to a database file, for one thread at a time.
final class SQLiteConnection {
    let handle: OpaquePointer
    let file: String

    /// Opens `file`, creating it if asked to.
    ///
    /// - Parameter fileSystem: The name of a registered SQLite VFS; nil for the system's.
    init(file: String, create: Bool, fileSystem: String? = nil) throws(SQLiteFailure) {
        var handle: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(file, &handle, create ? flags | SQLITE_OPEN_CREATE : flags, fileSystem)
        guard code == SQLITE_OK, let handle else {
            let failure = SQLiteFailure(handle, code: code)
            sqlite3_close_v2(handle)
            throw failure
        }
        self.handle = handle
        self.file = file
    }

    deinit { sqlite3_close_v2(handle) }

    /// Runs statements that give no rows.
    func execute(_ sql: String) throws(SQLiteFailure) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteFailure(handle, code: code) }
    }

    /// The integer in the first column of the first row; nil if there is no row, or NULL in it.
    func integer(_ sql: String) throws(SQLiteFailure) -> Int64? {
        let statement = try SQLiteStatement(self, sql)
        guard try statement.step(), !statement.isNull(0) else { return nil }
        return statement.integer(0)
    }

    /// Whether a transaction is open.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// How many rows the last statement changed.
    var changes: Int { Int(sqlite3_changes(handle)) }
}
