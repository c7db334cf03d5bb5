import Foundation
import GRDB
import MeshChat
import MeshCrypto

/// A row of what is known of a submission's custody, opened.
struct CustodyRow {
    let row: Int64
    let entry: Int64
    let tag: [UInt8]
    var record: CustodyRecord
}

extension ChatTransaction {
    func insertCustody(_ submission: OutgoingSubmission, entry: Int64) throws {
        let tag = cipher.tag(.submission, submission.id)
        try db.execute(
            sql: "INSERT INTO custody (entry, tag, content) VALUES (?, ?, ?)",
            arguments: [entry, Data(tag), seal(CustodyRecord(submission).bytes, "custody", "content", tag: tag)])
    }

    func custodyRow(_ id: SubmissionID) throws -> CustodyRow? {
        let tag = Data(cipher.tag(.submission, id))
        return try Row.fetchOne(db, sql: "SELECT * FROM custody WHERE tag = ?", arguments: [tag]).map(custodyRow)
    }

    func custodyRows(entry: Int64) throws -> [CustodyRow] {
        try Row.fetchAll(db, sql: "SELECT * FROM custody WHERE entry = ? ORDER BY id", arguments: [entry])
            .map(custodyRow)
    }

    private func custodyRow(_ row: Row) throws -> CustodyRow {
        let tag = [UInt8](row["tag"] as Data)
        let record = try open(row["content"], "custody", "content", tag: tag) { try CustodyRecord($0) }
        return CustodyRow(row: row["id"], entry: row["entry"], tag: tag, record: record)
    }

    func save(_ row: CustodyRow) throws {
        try db.execute(
            sql: "UPDATE custody SET content = ? WHERE id = ?",
            arguments: [seal(row.record.bytes, "custody", "content", tag: row.tag), row.row])
    }
}
