import Foundation
import GRDB
import MeshChat
import MeshCrypto
import Testing

@testable import MeshChatStore

@Suite("A store's file") struct StoreFileTests {
    @Test("What was kept is there after it was opened again") func reopened() throws {
        try withHome { home in
            var ben = Peer(1)
            do {
                let store = try home.open()
                try store.addContact(ben.id, name: "Ben", now: 0)
                _ = try store.receive([try ben.text("1")], now: 0)
                _ = try store.sendText("2", to: ben.id, now: 0, seal: Recorder().seal)
                try store.close()
            }
            let store = try home.open()
            #expect(try store.history(with: ben.id, limit: 9).compactMap(\.text) == ["1", "2"])
            #expect(try store.contact(named: "Ben")?.unread == 1)
            #expect(try store.unprinted(limit: 9).count == 1 && store.outboxItems().count == 1)
            try store.check()
        }
    }

    @Test("Each start that sends draws an epoch linked to the one before; starts that don't send draw none")
    func epochs() throws {
        try withHome { home in
            let recorder = Recorder()
            for start in 0..<3 {
                let store = try home.open()
                if start == 1 {
                    _ = try store.people()
                    continue
                }
                for text in ["a", "b"] { _ = try store.sendText(text, to: Peer.id(1), now: 0, seal: recorder.seal) }
            }
            let orders = try recorder.messages.compactMap(\.order)
            #expect(orders.map(\.counter) == [1, 2, 1, 2])
            #expect(orders[0].previous == nil && orders[0].epoch == orders[1].epoch)
            let link = PreviousEpoch(epoch: orders[0].epoch, count: 2)
            #expect(orders[2].previous == link && orders[3].previous == link && orders[2].epoch == orders[3].epoch)
        }
    }

    @Test("Two stores on one home make one chain of epochs") func oneChain() throws {
        try withHome { home in
            let (one, two) = (try home.open(), try home.open())
            let recorder = Recorder()
            for store in [one, two, one, two, one] {
                _ = try store.sendText("x", to: Peer.id(1), now: 0, seal: recorder.seal)
            }
            let orders = try recorder.messages.compactMap(\.order)
            #expect(orders.map(\.counter) == [1, 1, 2, 3, 4])
            #expect(Set(orders.map(\.epoch)).count == 2)
        }
    }

    @Test("Neither words, names nor ids lie readable on the disk") func sealed() throws {
        try withHome { home in
            let store = try home.open()
            var ben = Peer(0xB7)
            let words = "the quick brown fox"
            let message = try ben.text(words)
            try store.addContact(ben.id, name: "Benjamin Franklin", now: 0)
            try store.setProfile(try Profile(name: "Annabel Lee"))
            _ = try store.receive([message, try ben.text("later")], now: 0)
            let sent = try store.sendText(words + " again", to: ben.id, now: 0, seal: Recorder().seal)
            let submission = try #require(try store.submission(sent.item.id))
            let bytes = home.bytesOnDisk()
            #expect(bytes.count > 10_000)
            let secrets: [[UInt8]] = [
                Array(words.utf8), Array("Benjamin".utf8), Array("Annabel".utf8), ben.id.bytes.bytes,
                message.id.bytes.bytes, sent.id.bytes.bytes, submission.id.bytes.bytes,
                submission.recallSecret.bytes.bytes, submission.envelope,
            ]
            for secret in secrets { #expect(!bytes.contains(sequence: secret)) }
        }
    }

    @Test("Only its owner may read it, and a commit waits for the disk") func protection() throws {
        try withHome { home in
            let store = try home.open()
            _ = try store.sendText("x", to: Peer.id(1), now: 0, seal: Recorder().seal)
            for path in [home.path, home.path + "-wal"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
            }
            let pragmas = try ["synchronous", "journal_mode", "secure_delete"].map { name in
                try store.database.read { try String.fetchOne($0, sql: "PRAGMA \(name)") }
            }
            #expect(pragmas == ["2", "wal", "1"])
        }
    }

    @Test("Deleted words are gone from the disk, sealed or not") func deleted() throws {
        try withHome { home in
            let store = try home.open()
            for number in 0..<50 {
                _ = try store.sendText("text \(number)", to: Peer.id(1), now: 0, seal: Recorder().seal)
            }
            let sealed = try store.database.read { try Data.fetchAll($0, sql: "SELECT content FROM entry") }
            #expect(sealed.allSatisfy { home.bytesOnDisk().contains(sequence: [UInt8]($0)) })
            try store.deleteAll()
            #expect(!sealed.contains { home.bytesOnDisk().contains(sequence: [UInt8]($0)) })
            try store.close()
            for path in ChatStore.files(at: home.path) { try? FileManager.default.removeItem(atPath: path) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: home.directory.path) == [])
        }
    }

    @Test("Three thousand messages are taken in by batches, opened and read") func many() throws {
        try withHome { home in
            var ben = Peer(1)
            let store = try home.open()
            for _ in 0..<3 {
                let batch = try (0..<1_000).map { try ben.text("\($0)") }
                _ = try store.receive(batch, now: 0)
            }
            let again = try home.open()
            #expect(try again.unreadCounts() == [ben.id: 3_000])
            let newest = try again.history(with: ben.id, limit: 20)
            #expect(newest.map(\.position) == Array(2_981...3_000))
            try again.markRead(ben.id, upTo: 3_000, now: 0)
            #expect(try again.unreadCounts() == [:])
        }
    }
}

@Suite("A store's file that can't be opened") struct StoreOpenFailureTests {
    /// A home with a store that was closed.
    static func withClosedHome(_ body: (Home) throws -> Void) throws {
        try withHome { home in
            let store = try home.open()
            var ben = Peer(1)
            _ = try store.receive(try (0..<200).map { try ben.text("message \($0)") }, now: 0)
            try store.close()
            try body(home)
        }
    }

    static func openError(_ home: Home, key: StorageKey? = nil) -> ChatStoreOpenError? {
        do {
            _ = try ChatStore.open(at: home.path, key: key ?? home.key)
            return nil
        } catch { return error }
    }

    @Test("Another key is told apart from damage, and nothing is changed") func wrongKey() throws {
        try Self.withClosedHome { home in
            #expect(Self.openError(home, key: .generate()) == .wrongKey(path: home.path))
            #expect(Self.openError(home) == nil)
        }
    }

    @Test("A file of a newer version is left alone") func newer() throws {
        try Self.withClosedHome { home in
            try DatabaseQueue(path: home.path).write { try $0.execute(sql: "PRAGMA user_version = 99") }
            #expect(
                Self.openError(home) == .newerSchema(path: home.path, got: 99, allowed: ChatSchema.migrations.count))
        }
    }

    @Test("A database of another program is left alone") func foreign() throws {
        try withHome { home in
            try DatabaseQueue(path: home.path).write { try $0.execute(sql: "CREATE TABLE recipe (name TEXT)") }
            #expect(Self.openError(home) == .notAChatStore(path: home.path))
        }
    }

    @Test("What is no database at all is called damaged, and stays as it was") func noDatabase() throws {
        try withHome { home in
            let bytes = Data(repeating: 0x41, count: 5_000)
            try bytes.write(to: URL(fileURLWithPath: home.path))
            guard case .store(.damaged) = Self.openError(home) else {
                Issue.record("\(String(describing: Self.openError(home)))")
                return
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: home.path)) == bytes)
            #expect(Self.openError(home)?.description.contains("move it away") == true)
        }
    }

    @Test("A place where no file can be is named with the system's reason") func noPlace() throws {
        try withHome { home in
            let missing = home.directory.appendingPathComponent("none/chat.sqlite").path
            #expect(throws: ChatStoreOpenError.self) { try ChatStore.open(at: missing, key: home.key) }
            #expect(throws: ChatStoreOpenError.self) { try ChatStore.open(at: home.directory.path, key: home.key) }
        }
    }

    @Test("Damage in the middle is found by a check, and reading gives errors, never a trap") func middle() throws {
        for seed in 1...12 as ClosedRange<UInt64> {
            try Self.withClosedHome { home in
                var bytes = try Data(contentsOf: URL(fileURLWithPath: home.path))
                // Whole pages, as a dying disk loses them; the first page stays.
                for page in 1..<(bytes.count / 4_096) where UInt64(page) % 5 == seed % 5 {
                    let fill = UInt8(truncatingIfNeeded: seed &* 73)
                    bytes.replaceSubrange(
                        page * 4_096..<page * 4_096 + 4_096, with: Data(repeating: fill, count: 4_096))
                }
                try bytes.write(to: URL(fileURLWithPath: home.path))
                guard let store = try? home.open() else { return }
                #expect(throws: ChatStoreError.self) { try store.check() }
                _ = try? store.history(with: Peer.id(1), limit: 500)
                _ = try? store.people()
                _ = try? store.unprinted(limit: 500)
                _ = try? store.sendText("x", to: Peer.id(1), now: 0, seal: Recorder().seal)
            }
        }
    }

    @Test("A record put into another row doesn't open") func swapped() throws {
        try Self.withClosedHome { home in
            try DatabaseQueue(path: home.path).write { db in
                try db.execute(
                    sql: "UPDATE entry SET content = (SELECT content FROM entry WHERE position = 2) WHERE position = 1")
            }
            let store = try home.open()
            #expect(throws: ChatStoreError.recordDamaged(path: home.path, record: "a record (entry 1.content)")) {
                try store.history(with: Peer.id(1), limit: 500)
            }
            #expect(try store.history(with: Peer.id(1), limit: 199).count == 199)
        }
    }

    @Test("An older file is brought up step by step, and a step that fails changes nothing") func migrations() throws {
        try withHome { home in
            let queue = try DatabaseQueue(path: home.path)
            let step: ChatSchema.Migration = { try $0.execute(sql: "CREATE TABLE later (x)") }
            try queue.write { try ChatSchema.migrate($0, path: "p") }
            try queue.write { try ChatSchema.migrate($0, path: "p", with: ChatSchema.migrations + [step]) }
            #expect(
                try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == ChatSchema.migrations.count + 1)
            let failing: ChatSchema.Migration = { db in
                try db.execute(sql: "CREATE TABLE latest (x)")
                throw SealingFailed()
            }
            #expect(throws: SealingFailed.self) {
                try queue.write {
                    try ChatSchema.migrate($0, path: "p", with: ChatSchema.migrations + [step, failing])
                }
            }
            #expect(try queue.read { try $0.tableExists("latest") } == false)
            #expect(
                try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") } == ChatSchema.migrations.count + 1)
        }
    }

    @Test("A home of version 1, from before receipts were kept, is opened and goes on") func versionOne() throws {
        try withHome { home in
            let queue = try DatabaseQueue(path: home.path)
            try queue.write { try ChatSchema.migrate($0, path: "p", with: Array(ChatSchema.migrations.prefix(1))) }
            try queue.close()
            let store = try home.open()
            let sent = try store.sendText("hello", to: Peer.id(1), now: 1, seal: Recorder().seal)
            #expect(try store.traces(of: sent.id, to: Peer.id(1)).map(\.id) == [sent.item.id])
            #expect(try store.nodeReports().isEmpty)
        }
    }

    @Test("Every error tells a person what to do") func descriptions() {
        let store: [ChatStoreError] = [
            .busy(path: "p", waitedMilliseconds: 1), .diskFull(path: "p"), .damaged(path: "p", detail: "d"),
            .recordDamaged(path: "p", record: "r"), .failed(path: "p", code: 1, detail: "d"),
        ]
        let open: [ChatStoreOpenError] = [
            .cannotOpen(path: "p", reason: "r"), .notAChatStore(path: "p"), .newerSchema(path: "p", got: 2, allowed: 1),
            .wrongKey(path: "p"), .locked(.cannotOpen(path: "p", reason: "r")),
            .locked(.held(path: "p", by: 7, waitedMilliseconds: 1)),
        ]
        let texts = store.map(\.description) + open.map(\.description)
        #expect(Set(texts).count == texts.count && texts.allSatisfy { $0.contains("p") })
        #expect(ChatStoreOpenError.store(.busy(path: "p", waitedMilliseconds: 1)).description == texts[0])
    }
}
