import Foundation
import GRDB
import MeshChat
public import MeshCrypto

extension ChatStore {
    /// The newest entries of a conversation, oldest first.
    /// - Parameters:
    ///   - limit: how many at most.
    ///   - position: only entries before this one; nil for the end of the conversation.
    public func history(
        with peer: UserID, limit: Int, before position: UInt64? = nil
    ) throws(ChatStoreError) -> [HistoryEntry] {
        try read { transaction in
            guard let state = try transaction.peer(peer) else { return [] }
            let before = position.map { Int64(clamping: $0) } ?? Int64.max
            let rows = try Row.fetchAll(
                transaction.db,
                sql: "SELECT * FROM entry WHERE peer = ? AND position < ? ORDER BY position DESC LIMIT ?",
                arguments: [state.row, before, max(limit, 0)])
            return try rows.reversed().map { try transaction.value(of: transaction.entry($0), with: peer) }
        }
    }

    /// An own message by its id; nil if none was sent to this person.
    public func ownMessage(_ id: InnerID, to peer: UserID) throws(ChatStoreError) -> HistoryEntry? {
        try read { transaction in
            try transaction.entry(tag: transaction.ownTag(id, to: peer)).map {
                try transaction.value(of: $0, with: peer)
            }
        }
    }

    /// The user has seen everything up to `position`: counts go down, and contacts are told if they may be.
    /// - Returns: when ``tick(now:seal:)`` has something to do at the latest; nil if never.
    @discardableResult
    public func markRead(_ peer: UserID, upTo position: UInt64, now: UInt64) throws(ChatStoreError) -> UInt64? {
        try writePlainly { transaction in
            if var state = try transaction.peer(peer) {
                let ids = try transaction.answeredIDs(state, upTo: position)
                let rules = transaction.rules(for: state, try transaction.settings())
                state.conversation.onRead(upTo: position, ids: ids, rules: rules, now: now)
                try transaction.save(state)
            }
            return try transaction.deadline()
        }
    }

    /// What has not been printed yet, oldest first.
    public func unprinted(limit: Int) throws(ChatStoreError) -> [FeedItem] {
        try read { transaction in
            try Row.fetchAll(
                transaction.db, sql: "SELECT id, kind, entry FROM feed ORDER BY id LIMIT ?",
                arguments: [max(limit, 0)]
            ).compactMap { try transaction.feedItem($0) }
        }
    }

    /// Says that these were printed: they won't be among the unprinted again. To be called after the output was flushed;
    /// a kill in between repeats them, and loses none.
    public func markPrinted(_ ids: some Sequence<Int64>) throws(ChatStoreError) {
        let ids = Array(ids)
        try writePlainly { transaction in
            for id in ids { try transaction.db.execute(sql: "DELETE FROM feed WHERE id = ?", arguments: [id]) }
        }
    }
}

extension ChatTransaction {
    /// The peer's texts and unknown events at positions not seen yet, up to `position`.
    func answeredIDs(_ peer: PeerState, upTo position: UInt64) throws -> [InnerID] {
        let sql = """
            SELECT * FROM entry WHERE peer = ? AND position > ? AND position <= ? AND kind IN (?, ?) ORDER BY position
            """
        let rows = try Row.fetchAll(
            db, sql: sql,
            arguments: [
                peer.row, Int64(clamping: peer.conversation.readUpTo), Int64(clamping: position),
                EntryKind.text.rawValue, EntryKind.unknown.rawValue,
            ])
        return try rows.compactMap { row in
            if case .message(let id, _) = try entry(row).record.body { id } else { nil }
        }
    }

    fileprivate func feedItem(_ row: Row) throws -> FeedItem? {
        guard let kind = FeedKind(rawValue: row["kind"]), let entry = try entry(row: row["entry"]),
            let peer = try peer(row: entry.peer)
        else { return nil }
        return FeedItem(id: row["id"], event: kind.event, entry: try value(of: entry, with: peer.person.id))
    }
}
