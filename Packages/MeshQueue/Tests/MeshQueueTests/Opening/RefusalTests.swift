import Foundation
import MeshQueue
import MeshQueueCore
import Testing

@Suite("Opening what isn't sound")
struct RefusalTests {
    let directory = TemporaryDirectory()

    @Test("A file that is no database is refused by name and left alone")
    func garbage() throws {
        let bytes = Data((0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        _ = FileManager.default.createFile(atPath: directory.database, contents: bytes)
        let error = refusal(directory)
        guard case .notAQueue(directory.database, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect("\(error!)".contains("move it away"))
        #expect(contents(directory.database) == bytes)
    }

    @Test("A queue whose beginning was overwritten is refused by name")
    func garbageHeader() throws {
        try fill(directory)
        edit(directory.database) { $0.replaceSubrange(0..<100, with: [UInt8](repeating: 0xAA, count: 100)) }
        guard case .notAQueue = refusal(directory) else {
            Issue.record("\(String(describing: refusal(directory)))")
            return
        }
    }

    @Test("Another program's database is refused by name and left alone")
    func foreign() throws {
        sql(directory.database, "PRAGMA user_version=2; CREATE TABLE chunk_meta(a); INSERT INTO chunk_meta VALUES(1)")
        let before = contents(directory.database)
        #expect(
            refusal(directory)
                == .notAQueue(
                    file: directory.database, detail: "a database of another program, application id 0"))
        sql(directory.database, "PRAGMA application_id=77")
        #expect("\(refusal(directory)!)".contains("application id 77"))
        sql(directory.database, "PRAGMA application_id=0")
        #expect(contents(directory.database).count == before.count)
    }

    @Test("A newer schema is refused with both versions, and left alone")
    func newer() throws {
        try fill(directory)
        sql(directory.database, "PRAGMA user_version=3")
        let before = contents(directory.database)
        #expect(refusal(directory) == .newerSchema(file: directory.database, found: 3, supported: 2))
        #expect(contents(directory.database) == before)
        sql(directory.database, "PRAGMA user_version=2")
        #expect(try open(directory).totals.messages == 20)
    }

    @Test("A file cut short is refused by name", arguments: [0.9, 0.5, 0.1])
    func truncated(part: Double) throws {
        try fill(directory, messages: 300)
        edit(directory.database) { $0 = $0.prefix(Int(Double($0.count) * part)) }
        let error = refusal(directory)
        guard case .damaged(directory.database, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect("\(error!)".contains("restore it from a copy, or move it"))
    }

    @Test("A flipped bit in what start-up reads is refused, with the name of the part")
    func flippedMeta() throws {
        try fill(directory)
        flip(directory.database, where: recipient(1).bytes)
        #expect("\(refusal(directory)!)".contains("the list of messages of chunk 1 its checksum"))
        flip(directory.database, where: itemID(7).bytes + withUnsafeBytes(of: later.littleEndian) { Array($0) })
        guard case .damaged = refusal(directory) else {
            Issue.record("not refused")
            return
        }
    }

    @Test("A flipped bit in the journal, the state, a run or a dead page is refused")
    func flippedOthers() throws {
        func build(_ directory: TemporaryDirectory, tombstonesPerFold: Int) throws {
            var options = QueueOptions()
            options.tombstonesPerFold = tombstonesPerFold
            let store = try open(directory, options: options)
            _ = try store.perform((0..<20).map { append($0) }, nowSeconds: now)
            _ = try store.perform((0..<9).map { remove($0) }, nowSeconds: now)
            while store.housekeep(isIdle: true) {}
            try store.close()
        }
        for (table, key, tombstonesPerFold) in [
            ("journal", "row", 1_000), ("state", "row", 1_000), ("run_page", "page", 5), ("dead_page", "page", 5),
        ] {
            let directory = TemporaryDirectory()
            try build(directory, tombstonesPerFold: tombstonesPerFold)
            sql(
                directory.database,
                """
                UPDATE \(table) SET body=CAST(substr(body,1,20)||char(1)||substr(body,22) AS BLOB)
                WHERE \(key)=(SELECT max(\(key)) FROM \(table))
                """)
            let error = refusal(directory)
            guard case .damaged = error else {
                Issue.record("\(table): \(String(describing: error))")
                continue
            }
        }
    }

    @Test("A missing table or state row is refused as damage")
    func missing() throws {
        try fill(directory)
        sql(directory.database, "DELETE FROM state")
        #expect(refusal(directory) == .damaged(file: directory.database, detail: "the state row is missing"))
        sql(directory.database, "DROP TABLE chunk_meta")
        guard case .inputOutput = refusal(directory) else { return }
        Issue.record("\(refusal(directory)!)")
    }

    @Test("A second opener is told who holds the directory; after closing it may")
    func inUse() throws {
        let store = try open(directory)
        #expect(refusal(directory) == .inUse(path: directory.path, holder: "process \(getpid())"))
        try store.close()
        #expect(refusal(directory) == nil)
    }

    @Test("A directory that can't be made is refused by name")
    func unusable() throws {
        _ = FileManager.default.createFile(atPath: directory.path + "/file", contents: Data())
        for path in ["/file/queue", "/missing/parent"] {
            do throws(QueueOpenError) {
                _ = try SQLiteQueueStore(directory: directory.path + path, proofCheck: prefixProof)
                Issue.record("\(path) was opened")
            } catch {
                guard case .unusableDirectory = error else {
                    Issue.record("\(error)")
                    continue
                }
            }
        }
    }

    @Test("A directory is made if its parent is there, and an empty database file is taken as new")
    func created() throws {
        let path = directory.path + "/queue/"
        let store = try SQLiteQueueStore(directory: path, proofCheck: prefixProof)
        _ = try store.perform([append(1)], nowSeconds: now)
        #expect(FileManager.default.fileExists(atPath: directory.path + "/queue/queue.db"))
        _ = FileManager.default.createFile(atPath: directory.database, contents: Data())
        #expect(refusal(directory) == nil)
    }
}
