import CSQLite
import Glibc
import MeshQueueCore

/// What SQLite said when it couldn't.
struct SQLiteFailure: Error {
    /// The extended result code.
    let code: Int32
    /// SQLite's words.
    let message: String
    /// The operating system's error behind it, 0 if none.
    let systemError: Int32

    init(code: Int32, message: String, systemError: Int32 = 0) {
        self.code = code
        self.message = message
        self.systemError = systemError
    }

    /// The failure a connection has just met with `code`.
    init(_ handle: OpaquePointer?, code: Int32) {
        self.init(
            code: handle.map(sqlite3_extended_errcode) ?? code,
            message: String(cString: handle.flatMap(sqlite3_errmsg) ?? sqlite3_errstr(code)),
            systemError: handle.map(sqlite3_system_errno) ?? 0)
    }

    private var primary: Int32 { code & 0xFF }

    /// Whether the file isn't what SQLite wrote.
    var isDamage: Bool { primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB }

    /// Whether the file never was a database, or its very beginning is gone.
    var isForeign: Bool { primary == SQLITE_NOTADB }

    /// Whether there was no room: SQLite's own limit, the disk, or a disk quota.
    var isOutOfSpace: Bool {
        primary == SQLITE_FULL
            || primary == SQLITE_IOERR && (systemError == ENOSPC || systemError == EDQUOT)
    }

    /// The same as the store's users get it.
    func queueError(file: String) -> QueueError {
        if isOutOfSpace { return .outOfSpace(file: file) }
        if isDamage { return .damaged(file: file, detail: message) }
        return .inputOutput(file: file, code: code, message: message)
    }
}
