import CSQLite

/// Reads parts of one column's values without loading the rest, keeping the last row open for the next read.
final class SQLiteRowReader {
    private let connection: SQLiteConnection
    private let table: String
    private let column: String
    private var handle: OpaquePointer?
    private var openRow: UInt64 = 0

    init(_ connection: SQLiteConnection, table: String, column: String) {
        self.connection = connection
        self.table = table
        self.column = column
    }

    deinit { close() }

    /// Whether a row, and with it a snapshot, is held.
    var isOpen: Bool { handle != nil }

    /// Fills `target` from `offset` of a row's value. False if there is no such row or it is too short.
    func read(row: UInt64, offset: Int, into target: UnsafeMutableRawBufferPointer) throws(SQLiteFailure) -> Bool {
        guard let opened = try open(row) else { return false }
        guard offset + target.count <= Int(sqlite3_blob_bytes(opened)) else { return false }
        let code = sqlite3_blob_read(opened, target.baseAddress, Int32(target.count), Int32(offset))
        guard code == SQLITE_OK else {
            close()
            throw SQLiteFailure(connection.handle, code: code)
        }
        return true
    }

    private func open(_ row: UInt64) throws(SQLiteFailure) -> OpaquePointer? {
        if let handle, openRow == row { return handle }
        let code: Int32
        if let handle {
            code = sqlite3_blob_reopen(handle, Int64(bitPattern: row))
        } else {
            code = sqlite3_blob_open(
                connection.handle, "main", table, column, Int64(bitPattern: row), 0, &handle)
        }
        guard code == SQLITE_OK else {
            let failure = SQLiteFailure(connection.handle, code: code)
            close()
            if code & 0xFF == SQLITE_ERROR { return nil }
            throw failure
        }
        openRow = row
        return handle
    }

    /// Lets go of the row, and of the snapshot that reading it holds. Needed before a transaction begins or ends.
    func close() {
        sqlite3_blob_close(handle)
        handle = nil
    }
}
