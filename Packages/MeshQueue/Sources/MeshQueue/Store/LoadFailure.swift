import MeshQueueCore

/// Why a file could not be loaded.
enum LoadFailure: Error {
    case sqlite(SQLiteFailure)
    case damaged(String)

    /// Runs database work.
    static func database<Result>(_ body: () throws(SQLiteFailure) -> Result) throws(LoadFailure) -> Result {
        do throws(SQLiteFailure) {
            return try body()
        } catch {
            throw .sqlite(error)
        }
    }

    /// Decodes `name`, and says which structure it was if that fails.
    static func decoding<Result>(
        _ name: @autoclosure () -> String, _ body: () throws(FormatError) -> Result
    ) throws(LoadFailure) -> Result {
        do throws(FormatError) {
            return try body()
        } catch {
            throw .damaged("\(name()) \(error)")
        }
    }

    /// The same as who opens a queue gets it.
    func openError(file: String) -> QueueOpenError {
        switch self {
        case .sqlite(let failure): failure.openError(file: file)
        case .damaged(let detail): .damaged(file: file, detail: detail)
        }
    }
}

extension SQLiteConnection {
    /// Calls `body` with the first two columns of every row: an integer key and bytes that are valid during the call.
    func forEachRow(
        _ sql: String, _ body: (UInt64, UnsafeRawBufferPointer) throws(LoadFailure) -> Void
    ) throws(LoadFailure) {
        let statement = try LoadFailure.database { () throws(SQLiteFailure) in try SQLiteStatement(self, sql) }
        while try LoadFailure.database({ () throws(SQLiteFailure) in try statement.step() }) {
            try body(statement.unsigned(0), statement.bytes(1))
        }
    }

    /// `integer(_:)` for loading.
    func loadInteger(_ sql: String) throws(LoadFailure) -> UInt64? {
        try LoadFailure.database { () throws(SQLiteFailure) in try integer(sql).map { UInt64(bitPattern: $0) } }
    }
}
