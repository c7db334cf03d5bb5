import Foundation
import GRDB
import MeshChat
import MeshCrypto

/// A row of the outbox without its envelope, opened.
struct OutboxRow {
    let sequence: Int64
    let tag: [UInt8]
    var record: OutboxRecord

    var item: OutboxItem { record.item(sequence: UInt64(clamping: sequence)) }
}

extension ChatTransaction {
    func insert(_ submission: OutgoingSubmission, message: [UInt8]) throws -> OutboxItem {
        let tag = cipher.tag(.submission, submission.id)
        let record = OutboxRecord(submission)
        try db.execute(
            sql: "INSERT INTO outbox (tag, message, final, header, envelope) VALUES (?, ?, 0, ?, ?)",
            arguments: [
                Data(tag), Data(message), seal(record.bytes, "outbox", "header", tag: tag),
                seal(submission.envelope, "outbox", "envelope", tag: tag),
            ])
        return record.item(sequence: UInt64(clamping: db.lastInsertedRowID))
    }

    private static let columns = "sequence, tag, header"

    func outboxRows(finalToo: Bool) throws -> [OutboxRow] {
        let condition = finalToo ? "" : "WHERE NOT final"
        let sql = "SELECT \(Self.columns) FROM outbox \(condition) ORDER BY sequence"
        return try Row.fetchAll(db, sql: sql).map(outboxRow)
    }

    func outboxRows(message: [UInt8]) throws -> [OutboxRow] {
        let sql = "SELECT \(Self.columns) FROM outbox WHERE message = ? ORDER BY sequence"
        return try Row.fetchAll(db, sql: sql, arguments: [Data(message)]).map(outboxRow)
    }

    func outboxRow(_ id: SubmissionID) throws -> OutboxRow? {
        let sql = "SELECT \(Self.columns) FROM outbox WHERE tag = ?"
        return try Row.fetchOne(db, sql: sql, arguments: [Data(cipher.tag(.submission, id))]).map(outboxRow)
    }

    private func outboxRow(_ row: Row) throws -> OutboxRow {
        let tag = [UInt8](row["tag"] as Data)
        let record = try open(row["header"], "outbox", "header", tag: tag) { try OutboxRecord($0) }
        return OutboxRow(sequence: row["sequence"], tag: tag, record: record)
    }

    func envelope(of row: OutboxRow) throws -> [UInt8]? {
        let sql = "SELECT envelope FROM outbox WHERE sequence = ?"
        guard let sealed = try Data?.fetchOne(db, sql: sql, arguments: [row.sequence]) ?? nil else { return nil }
        return try open(sealed, "outbox", "envelope", tag: row.tag) { $0 }
    }

    /// Writes back a state; what is final needs its envelope no more.
    func save(_ row: OutboxRow) throws {
        let header = seal(row.record.bytes, "outbox", "header", tag: row.tag)
        let isFinal = row.record.state.isFinal
        try db.execute(
            sql: "UPDATE outbox SET header = ?, final = ?\(isFinal ? ", envelope = NULL" : "") WHERE sequence = ?",
            arguments: [header, isFinal, row.sequence])
    }

    func delete(_ row: OutboxRow) throws {
        try db.execute(sql: "DELETE FROM outbox WHERE sequence = ?", arguments: [row.sequence])
    }
}
