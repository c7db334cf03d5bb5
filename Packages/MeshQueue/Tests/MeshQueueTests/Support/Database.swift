import CSQLite
import Foundation
import MeshQueue
import MeshQueueCore

/// Runs SQL on a database file from outside.
func sql(_ file: String, _ statements: String) {
    var handle: OpaquePointer?
    precondition(sqlite3_open(file, &handle) == SQLITE_OK)
    defer { sqlite3_close(handle) }
    let code = sqlite3_exec(handle, statements, nil, nil, nil)
    precondition(code == SQLITE_OK, String(cString: sqlite3_errmsg(handle)))
}

/// Runs one statement with a key and bytes bound to it.
func sql(_ file: String, _ statement: String, key: Int64, bytes: [UInt8]...) {
    var handle: OpaquePointer?
    var prepared: OpaquePointer?
    precondition(sqlite3_open(file, &handle) == SQLITE_OK)
    defer { sqlite3_close(handle) }
    precondition(sqlite3_prepare_v2(handle, statement, -1, &prepared, nil) == SQLITE_OK)
    sqlite3_bind_int64(prepared, 1, key)
    let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    for (number, value) in bytes.enumerated() {
        sqlite3_bind_blob(prepared, Int32(number) + 2, value, Int32(value.count), transient)
    }
    precondition(sqlite3_step(prepared) == SQLITE_DONE, String(cString: sqlite3_errmsg(handle)))
    sqlite3_finalize(prepared)
}

/// The first column of the first row, an integer.
func sqlInteger(_ file: String, _ query: String) -> Int {
    var handle: OpaquePointer?
    var prepared: OpaquePointer?
    precondition(sqlite3_open(file, &handle) == SQLITE_OK)
    defer { sqlite3_close(handle) }
    precondition(sqlite3_prepare_v2(handle, query, -1, &prepared, nil) == SQLITE_OK)
    defer { sqlite3_finalize(prepared) }
    precondition(sqlite3_step(prepared) == SQLITE_ROW)
    return Int(sqlite3_column_int64(prepared, 0))
}

/// All bytes of a file.
func contents(_ file: String) -> Data { FileManager.default.contents(atPath: file) ?? Data() }

/// Changes a file's bytes in place.
func edit(_ file: String, _ change: (inout Data) -> Void) {
    var data = contents(file)
    change(&data)
    guard FileManager.default.createFile(atPath: file, contents: data) else { fatalError("can't write \(file)") }
}

/// Flips one bit of the first place in the file where `bytes` stand, `offset` bytes into them.
func flip(_ file: String, where bytes: [UInt8], offset: Int = 0) {
    edit(file) { data in
        guard let range = data.range(of: Data(bytes)) else { fatalError("the bytes aren't in \(file)") }
        data[range.lowerBound + offset] ^= 0x10
    }
}

/// Makes a store with some messages in a directory, and closes it.
func fill(_ directory: TemporaryDirectory, messages: Int = 20, count: Int = 1_000) throws {
    let store = try SQLiteQueueStore(directory: directory.path, proofCheck: prefixProof)
    _ = try store.perform((0..<messages).map { append($0, count: count) }, nowSeconds: now)
    try store.close()
}

/// Opens a store; for tests of refusals.
@discardableResult
func open(_ directory: TemporaryDirectory, options: QueueOptions = QueueOptions()) throws(QueueOpenError)
    -> SQLiteQueueStore
{
    try SQLiteQueueStore(directory: directory.path, options: options, proofCheck: prefixProof)
}

/// What opening is refused with; nil if it isn't.
func refusal(_ directory: TemporaryDirectory) -> QueueOpenError? {
    do throws(QueueOpenError) {
        try open(directory)
        return nil
    } catch {
        return error
    }
}
