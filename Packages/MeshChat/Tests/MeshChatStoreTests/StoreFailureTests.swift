import GRDB
import MeshChat
import MeshCrypto
import Testing

@testable import MeshChatStore

@Suite("Every store: an operation that fails changes nothing") struct StoreFailureTests {
    /// Every row of every table, as it lies there.
    static func dump(_ store: ChatStore) throws -> [String] {
        try store.database.read { db in
            try ["meta", "peer", "entry", "seen", "feed", "outbox"].flatMap { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\(table) \($0)" }
            }
        }
    }

    /// A store with something of everything in it.
    static func fill(_ store: ChatStore) throws -> Peer {
        var ben = Peer(1)
        try store.addContact(ben.id, name: "Ben", now: 0)
        _ = try store.receive([try ben.text("1"), try ben.text("2")], now: 0)
        _ = try store.sendText("hello", to: ben.id, now: 0, seal: Recorder().seal)
        return ben
    }

    @Test("A sealing that fails uses up no place in the order", arguments: StoreKind.allCases)
    func sealing(kind: StoreKind) throws {
        try kind.with { store in
            _ = try Self.fill(store)
            let before = try Self.dump(store)
            for recipient in [Peer.id(1), Peer.id(9)] {
                #expect(throws: ChatSendError.self) {
                    try store.sendText("hello", to: recipient, now: 0) { _ in throw SealingFailed() }
                }
            }
            #expect(throws: ChatSendError.self) {
                try store.sendProfile(to: Peer.id(1), now: 0) { _ in throw SealingFailed() }
            }
            #expect(throws: ChatSendError.self) { try store.tick(now: 9_999) { _ in throw SealingFailed() } }
            #expect(try Self.dump(store) == before)
        }
    }

    @Test("A text that breaks a limit changes nothing and says which", arguments: StoreKind.allCases)
    func limits(kind: StoreKind) throws {
        try kind.with { store in
            _ = try Self.fill(store)
            let before = try Self.dump(store)
            for (text, expected) in [
                ("", ChatMessageError.textEmpty),
                (String(repeating: "x", count: 60_001), .textTooLong(got: 60_001, allowed: 60_000)),
            ] {
                do {
                    _ = try store.sendText(text, to: Peer.id(1), now: 0, seal: Recorder().seal)
                    Issue.record("\(expected) was not thrown")
                } catch ChatSendError.refused(let error) {
                    #expect(error == expected)
                } catch { Issue.record("\(error)") }
            }
            #expect(try Self.dump(store) == before)
        }
    }

    @Test("A batch that fails half-way records none of it", arguments: StoreKind.allCases)
    func batch(kind: StoreKind) throws {
        try kind.with { store in
            var ben = try Self.fill(store)
            let messages = try (0..<5).map { try ben.text("\($0)") }
            // From the third one on, the table refuses.
            try store.database.write { db in
                try db.execute(
                    sql: """
                        CREATE TRIGGER refuse BEFORE INSERT ON seen WHEN (SELECT count(*) FROM seen) >= 4
                        BEGIN SELECT raise(ABORT, 'refused by the test'); END
                        """)
            }
            let before = try Self.dump(store)
            #expect(throws: ChatStoreError.self) { try store.receive(messages, now: 0) }
            #expect(try Self.dump(store) == before)
            try store.database.write { try $0.execute(sql: "DROP TRIGGER refuse") }
            #expect(try store.receive(messages, now: 0).changes.shown.count == 5)
        }
    }

    @Test("Receipts stay pending until they are in the outbox", arguments: StoreKind.allCases)
    func receiptsStay(kind: StoreKind) throws {
        try kind.with { store in
            _ = try Self.fill(store)
            #expect(throws: ChatSendError.self) { try store.allAsked(now: 1) { _ in throw SealingFailed() } }
            #expect(try store.allAsked(now: 1, seal: Recorder().seal).queued == 1)
            #expect(try store.allAsked(now: 1, seal: Recorder().seal).queued == 0)
        }
    }
}
