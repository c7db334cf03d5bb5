import Foundation
import GRDB
import MeshChat
import MeshCrypto

/// What an entry is; stands in the open, so that unread messages and own ones can be found.
enum EntryKind: UInt8 {
    case text = 1
    case profile = 2
    case unknown = 3
    case own = 16
    case gap = 17

    init(_ kind: Arrival.Kind) {
        switch kind {
        case .text: self = .text
        case .profile: self = .profile
        case .unknown: self = .unknown
        }
    }
}

/// A row of the history, opened.
struct EntryRow {
    let row: Int64
    let peer: Int64
    let tag: [UInt8]
    let kind: EntryKind
    let position: UInt64?
    let state: EntryState
    let record: EntryRecord
}

/// The open part of an entry's state in one number: bit 0…7 an own message's state, or 1 for late; bit 8…15 and 16…23
/// who held an own message.
struct EntryState: Hashable {
    var number: Int64

    init(number: Int64) {
        self.number = number
    }

    init(late: Bool) {
        number = late ? 1 : 0
    }

    init(own: OwnMessageState, custody: Custody?) {
        number = Int64(own.rawValue) | Int64(custody?.held ?? 0) << 8 | Int64(custody?.replicas ?? 0) << 16
    }

    var isLate: Bool { number & 1 == 1 }
    var own: OwnMessageState? { OwnMessageState(rawValue: UInt8(truncatingIfNeeded: number)) }
    var custody: Custody? {
        let replicas = UInt8(truncatingIfNeeded: number >> 16)
        return replicas == 0 ? nil : Custody(held: UInt8(truncatingIfNeeded: number >> 8), replicas: replicas)
    }
}

extension ChatTransaction {
    func receivedTag(_ id: InnerID, from peer: UserID) -> [UInt8] { cipher.tag(.received, peer, id) }
    func ownTag(_ id: InnerID, to peer: UserID) -> [UInt8] { cipher.tag(.own, peer, id) }

    func insert(
        _ kind: EntryKind, tag: [UInt8], peer: PeerState, position: UInt64?, state: EntryState, _ record: EntryRecord
    ) throws {
        try db.execute(
            sql: "INSERT INTO entry (peer, tag, kind, position, state, content) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                peer.row, Data(tag), kind.rawValue, position.map { Int64(clamping: $0) }, state.number,
                seal(record.bytes, "entry \(kind.rawValue)", "content", tag: tag),
            ])
    }

    func entry(tag: [UInt8]) throws -> EntryRow? {
        try Row.fetchOne(db, sql: "SELECT * FROM entry WHERE tag = ?", arguments: [Data(tag)]).map(entry)
    }

    func entry(row: Int64) throws -> EntryRow? {
        try Row.fetchOne(db, sql: "SELECT * FROM entry WHERE id = ?", arguments: [row]).map(entry)
    }

    func entry(_ row: Row) throws -> EntryRow {
        let tag = [UInt8](row["tag"] as Data)
        guard let kind = EntryKind(rawValue: row["kind"]) else {
            throw ChatStoreError.recordDamaged(path: path, record: "an entry of unknown kind")
        }
        let record = try open(row["content"], "entry \(kind.rawValue)", "content", tag: tag) { try EntryRecord($0) }
        return EntryRow(
            row: row["id"], peer: row["peer"], tag: tag, kind: kind,
            position: (row["position"] as Int64?).map { UInt64(clamping: $0) },
            state: EntryState(number: row["state"]), record: record)
    }

    func setState(_ state: EntryState, of entry: EntryRow) throws {
        try db.execute(sql: "UPDATE entry SET state = ? WHERE id = ?", arguments: [state.number, entry.row])
    }

    /// The entry as the outside sees it.
    func value(of entry: EntryRow, with peer: UserID) throws -> HistoryEntry {
        let content: HistoryEntry.Content
        var id: InnerID?
        switch entry.record.body {
        case .gap(let gap): content = .gap(gap)
        case .message(let innerID, let body):
            id = innerID
            content = try self.content(of: entry, body)
        }
        return HistoryEntry(
            peer: peer, position: entry.position ?? 0, id: id, sentAtMilliseconds: entry.record.sentAtMilliseconds,
            receivedAtMilliseconds: entry.record.receivedAtMilliseconds, content: content)
    }

    private func content(of entry: EntryRow, _ body: [UInt8]) throws -> HistoryEntry.Content {
        guard let message = try? ChatMessage(decoding: body), let own = entry.state.own else {
            throw ChatStoreError.recordDamaged(path: path, record: "a message that can't be read")
        }
        return entry.kind == .own
            ? .own(message, own, entry.state.custody) : .received(message, late: entry.state.isLate)
    }
}
