/// Why a store could not read or write. Nothing is changed then.
public enum ChatStoreError: Error, Hashable, Sendable {
    /// Another process kept the file to itself for longer than allowed.
    case busy(path: String, waitedMilliseconds: UInt64)
    /// There is no room left on the disk.
    case diskFull(path: String)
    /// The file is damaged.
    case damaged(path: String, detail: String)
    /// One record can't be opened, or says what it can't say. The others may be whole.
    case recordDamaged(path: String, record: String)
    /// Anything else that SQLite refuses, with its code.
    case failed(path: String, code: Int32, detail: String)
}

extension ChatStoreError: CustomStringConvertible {
    /// What happened, to which file, and how to go on.
    public var description: String {
        switch self {
        case .busy(let path, let waited):
            "\(path) was kept busy by another process for \(waited) ms; try again, or end that process"
        case .diskFull(let path): "there is no room left on the disk for \(path); nothing was changed"
        case .damaged(let path, let detail):
            """
            \(path) is damaged (\(detail)). Keep a copy of it and of \(path)-wal, then either save what can be saved \
            (sqlite3 \(path) .recover | sqlite3 NEW, and put NEW in its place), put back a backup, or move it away: \
            a new, empty history is begun then, and contacts have to be added again
            """
        case .recordDamaged(let path, let record):
            """
            \(path) has \(record) that can't be opened: it was altered, or its key is another. Put back a backup, or \
            delete what it belongs to
            """
        case .failed(let path, let code, let detail): "\(path) could not be used: \(detail) (SQLite code \(code))"
        }
    }
}

/// Why a store could not be opened. A file that was there stays as it was.
public enum ChatStoreOpenError: Error, Hashable, Sendable {
    /// The file can't be created or read, for the system's reason.
    case cannotOpen(path: String, reason: String)
    /// It is an SQLite file of another program.
    case notAChatStore(path: String)
    /// It was written by a newer version.
    case newerSchema(path: String, got: Int, allowed: Int)
    /// It was written with another key.
    case wrongKey(path: String)
    /// Another process was opening it for longer than allowed.
    case locked(HomeLockError)
    /// It could not be read or written.
    case store(ChatStoreError)
}

extension ChatStoreOpenError: CustomStringConvertible {
    /// What happened, to which file, and how to go on.
    public var description: String {
        switch self {
        case .cannotOpen(let path, let reason): "\(path) can't be opened: \(reason)"
        case .notAChatStore(let path):
            "\(path) is a database of another program; name another file, or move it away"
        case .newerSchema(let path, let got, let allowed):
            "\(path) has schema \(got), and this version knows up to \(allowed); use the newer program again"
        case .wrongKey(let path):
            "\(path) was written with another key; it belongs to another account, or its vault was replaced"
        case .locked(let error): error.description
        case .store(let error): error.description
        }
    }
}
