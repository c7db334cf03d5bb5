import Foundation
import GRDB
import MeshChat
import MeshCrypto

/// One transaction on the tables: rows in, rows out, sealed and blinded on the way.
///
/// A class, because it collects what changes while effects are carried out.
final class ChatTransaction {
    let db: Database
    let cipher: RecordCipher
    let path: String
    var changes = ChatChanges()

    init(_ db: Database, cipher: RecordCipher, path: String) {
        self.db = db
        self.cipher = cipher
        self.path = path
    }

    /// Seals a record for its place.
    func seal(_ bytes: [UInt8], _ table: String, _ column: String, tag: [UInt8]) -> Data {
        Data(cipher.seal(bytes, at: RecordCipher.Place(table: table, column: column, tag: tag)))
    }

    /// Opens a record of its place and reads it.
    func open<Record>(
        _ sealed: Data, _ table: String, _ column: String, tag: [UInt8], as read: ([UInt8]) throws -> Record
    ) throws -> Record {
        let place = RecordCipher.Place(table: table, column: column, tag: tag)
        guard let bytes = cipher.open([UInt8](sealed), at: place), let record = try? read(bytes) else {
            throw ChatStoreError.recordDamaged(path: path, record: "a record (\(table).\(column))")
        }
        return record
    }

    // MARK: Small values by name

    func meta<Value>(_ name: MetaName, as read: ([UInt8]) throws -> Value) throws -> Value? {
        let sql = "SELECT value FROM meta WHERE name = ?"
        guard let sealed = try Data.fetchOne(db, sql: sql, arguments: [name.rawValue]) else { return nil }
        return try open(sealed, "meta", "value", tag: name.tag, as: read)
    }

    func setMeta(_ name: MetaName, _ bytes: [UInt8]) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)",
            arguments: [name.rawValue, seal(bytes, "meta", "value", tag: name.tag)])
    }
}

/// The values that are kept by name.
enum MetaName: String {
    case keyCheck = "key check"
    case generation
    case profile
    case settings
    case reports

    var tag: [UInt8] { Array(rawValue.utf8) }
}
