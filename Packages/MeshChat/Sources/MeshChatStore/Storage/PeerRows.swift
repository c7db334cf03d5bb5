import Foundation
import GRDB
import MeshChat
import MeshCrypto

/// A person and the conversation with them, as loaded in a transaction.
struct PeerState {
    let row: Int64
    let tag: [UInt8]
    var person: PersonRecord
    var conversation: Conversation
    private let loadedPerson: PersonRecord
    private let loadedConversation: Conversation

    init(row: Int64, tag: [UInt8], person: PersonRecord, conversation: Conversation) {
        self.row = row
        self.tag = tag
        self.person = person
        self.conversation = conversation
        loadedPerson = person
        loadedConversation = conversation
    }

    var isPersonChanged: Bool { person != loadedPerson }
    var isConversationChanged: Bool { conversation != loadedConversation }
}

extension ChatTransaction {
    func peerTag(_ id: UserID) -> [UInt8] { cipher.tag(.peer, id) }

    /// Finds a person; nil for somebody of whom nothing is kept.
    func peer(_ id: UserID) throws -> PeerState? {
        let row = try Row.fetchOne(db, sql: "SELECT * FROM peer WHERE tag = ?", arguments: [Data(peerTag(id))])
        return try row.map(peer)
    }

    /// Finds a person, or begins to keep something of them.
    func peerOrNew(_ id: UserID) throws -> PeerState {
        if let peer = try peer(id) { return peer }
        let tag = peerTag(id)
        let person = PersonRecord(id: id)
        let conversation = Conversation(with: id)
        try db.execute(
            sql: "INSERT INTO peer (tag, person, conversation, waiting) VALUES (?, ?, ?, 0)",
            arguments: [
                Data(tag), seal(person.bytes, "peer", "person", tag: tag),
                seal(conversation.record, "peer", "conversation", tag: tag),
            ])
        return PeerState(row: db.lastInsertedRowID, tag: tag, person: person, conversation: conversation)
    }

    func peer(row: Int64) throws -> PeerState? {
        try Row.fetchOne(db, sql: "SELECT * FROM peer WHERE id = ?", arguments: [row]).map(peer)
    }

    func peers(waitingOnly: Bool = false) throws -> [PeerState] {
        let sql = "SELECT * FROM peer \(waitingOnly ? "WHERE waiting" : "") ORDER BY id"
        return try Row.fetchAll(db, sql: sql).map(peer)
    }

    private func peer(_ row: Row) throws -> PeerState {
        let tag = [UInt8](row["tag"] as Data)
        let person = try open(row["person"], "peer", "person", tag: tag) { try PersonRecord($0) }
        let conversation = try open(row["conversation"], "peer", "conversation", tag: tag) {
            try Conversation(with: person.id, record: $0)
        }
        return PeerState(row: row["id"], tag: tag, person: person, conversation: conversation)
    }

    /// Writes back what was changed.
    func save(_ peer: PeerState) throws {
        if peer.isPersonChanged {
            try db.execute(
                sql: "UPDATE peer SET person = ? WHERE id = ?",
                arguments: [seal(peer.person.bytes, "peer", "person", tag: peer.tag), peer.row])
        }
        if peer.isConversationChanged {
            let sealed = seal(peer.conversation.record, "peer", "conversation", tag: peer.tag)
            try db.execute(
                sql: "UPDATE peer SET conversation = ?, waiting = ? WHERE id = ?",
                arguments: [sealed, peer.conversation.deadline != nil, peer.row])
        }
    }

    /// The earliest deadline of all conversations.
    func deadline() throws -> UInt64? {
        try peers(waitingOnly: true).compactMap(\.conversation.deadline).min()
    }

    func rules(for peer: PeerState, _ settings: ChatSettings) -> ReceiptRules {
        ReceiptRules(
            isContact: peer.person.contact != nil, tellsDelivered: settings.tellsDelivered,
            tellsRead: settings.tellsRead)
    }
}
