import Foundation
import GRDB
import Glibc
import MeshCrypto

extension ChatStore {
    /// The write-ahead log lets readers and a writer of several processes work at once; `FULL` makes a commit wait for
    /// the disk (the helper of the database library that switches the log on would lower it to `NORMAL`).
    static func configuration(_ options: ChatStoreOptions) -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(Double(options.busyMilliseconds) / 1_000)
        configuration.prepareDatabase { db in
            for pragma in [
                "journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "trusted_schema = OFF",
                "cell_size_check = ON", "temp_store = MEMORY",
            ] {
                _ = try Row.fetchAll(db, sql: "PRAGMA \(pragma)")
            }
        }
        return configuration
    }

    static func createFile(at path: String) throws(ChatStoreOpenError) {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: String(cString: strerror(errno))) }
        Glibc.close(descriptor)
    }

    /// Migrates the file and proves the key.
    static func prepare(_ database: DatabaseQueue, path: String, cipher: RecordCipher) throws {
        try database.inTransaction(.immediate) { db in
            try ChatSchema.migrate(db, path: path)
            try checkKey(ChatTransaction(db, cipher: cipher, path: path))
            return .commit
        }
    }

    /// A record that only this key opens; written when the file is new.
    private static func checkKey(_ transaction: ChatTransaction) throws {
        do {
            let check = try transaction.meta(.keyCheck) { $0 }
            if check == nil { try transaction.setMeta(.keyCheck, []) }
        } catch ChatStoreError.recordDamaged {
            throw ChatStoreOpenError.wrongKey(path: transaction.path)
        }
    }

    /// Reads in one view of the file.
    func read<Value>(_ body: (ChatTransaction) throws -> Value) throws(ChatStoreError) -> Value {
        do {
            return try database.read { try body(ChatTransaction($0, cipher: cipher, path: path)) }
        } catch {
            throw ChatStoreError(error, path: path, waited: options.busyMilliseconds)
        }
    }

    /// Writes in one transaction; what throws rolls everything back.
    func write<Value>(_ body: (ChatTransaction) throws -> Value) throws -> Value {
        var value: Value?
        try database.inTransaction(.immediate) { db in
            value = try body(ChatTransaction(db, cipher: cipher, path: path))
            return .commit
        }
        guard let value else { preconditionFailure("a committed transaction left no value") }
        return value
    }

    /// Writes where only the store itself can fail.
    func writePlainly<Value>(_ body: (ChatTransaction) throws -> Value) throws(ChatStoreError) -> Value {
        do { return try write(body) } catch {
            throw ChatStoreError(error, path: path, waited: options.busyMilliseconds)
        }
    }
}

extension ChatStoreError {
    /// Names what went wrong underneath.
    init(_ error: any Error, path: String, waited: Int) {
        if let error = error as? ChatStoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self = .failed(path: path, code: 0, detail: "\(error)")
            return
        }
        let detail = error.message ?? "\(error.resultCode)"
        switch error.resultCode.primaryResultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path: path, waitedMilliseconds: UInt64(waited))
        case .SQLITE_FULL: self = .diskFull(path: path)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(path: path, detail: detail)
        default: self = .failed(path: path, code: error.extendedResultCode.rawValue, detail: detail)
        }
    }
}
