import Foundation
import MeshQueue
import MeshQueueCore
import Testing

@Suite("Opening older schemas")
struct MigrationTests {
    let directory = TemporaryDirectory()

    /// A file as schema 1 wrote it: three chunks of ten messages, of which every fourth was removed.
    private func buildVersion1(chunks: Int = 3) {
        sql(
            directory.database,
            """
            PRAGMA page_size=8192; PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL;
            PRAGMA application_id=\(0x4D73_6851); PRAGMA user_version=1;
            CREATE TABLE c(chunk INTEGER PRIMARY KEY, meta BLOB NOT NULL);
            CREATE TABLE d(chunk INTEGER PRIMARY KEY, data BLOB NOT NULL);
            CREATE TABLE t(row INTEGER PRIMARY KEY, expiry INTEGER NOT NULL, keys BLOB NOT NULL);
            """)
        for chunk in 0..<chunks {
            var meta: [UInt8] = []
            var data: [UInt8] = []
            var removed: [UInt8] = []
            for number in chunk * 10..<chunk * 10 + 10 {
                let bytes = payload(number, count: 500 + number)
                meta += Self.littleEndian(UInt64(number + 5)) + recipient(number % 2).bytes + itemID(number).bytes
                meta += Self.littleEndian(later) + Self.littleEndian(UInt32(bytes.count))
                data += itemID(number).bytes + Self.littleEndian(later) + bytes
                if number % 4 == 0 { removed += recipient(number % 2).bytes + itemID(number).bytes }
            }
            sql(directory.database, "INSERT INTO c VALUES(?1,?2)", key: Int64(chunk + 1), bytes: meta)
            sql(directory.database, "INSERT INTO d VALUES(?1,?2)", key: Int64(chunk + 1), bytes: data)
            sql(directory.database, "INSERT INTO t VALUES(?1,\(later),?2)", key: Int64(chunk + 1), bytes: removed)
        }
    }

    private static func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    @Test("A file of schema 1 opens with its messages in order, its ids remembered, and becomes schema 2")
    func version1() throws {
        buildVersion1()
        for _ in 0..<2 {
            var store = try open(directory)
            for owner in 0..<2 {
                let expected = (0..<30).filter { $0 % 2 == owner && $0 % 4 != 0 }
                let found = try store.all(of: owner)
                #expect(found.map(\.id) == expected.map { itemID($0) })
                #expect(found.map(\.payload) == expected.map { payload($0, count: 500 + $0) })
            }
            let again = (0..<30).map { append($0, to: $0 % 2, expiry: .max) }
            let outcomes = try store.perform(again, nowSeconds: later + 86_399)
            #expect(outcomes == (0..<30).map { $0 % 4 == 0 ? .removedBefore : .duplicate })
            try store.close()
        }
        #expect(sqlInteger(directory.database, "PRAGMA user_version") == 2)
        #expect(sqlInteger(directory.database, "SELECT count(*) FROM sqlite_schema WHERE name IN ('c','d','t')") == 0)
        let store = try open(directory)
        #expect(try store.perform([append(99)], nowSeconds: now) == [.stored(sequence: 35)])
        #expect(try store.perform([append(0, to: 0, expiry: .max)], nowSeconds: later + 86_400)[0].isStored)
    }

    @Test("A damaged file of schema 1 is refused by name and stays schema 1")
    func damagedVersion1() throws {
        buildVersion1()
        sql(directory.database, "UPDATE d SET data=substr(data,1,100) WHERE chunk=2")
        guard case .damaged(_, let detail) = refusal(directory) else {
            Issue.record("not refused")
            return
        }
        #expect(detail.contains("chunk 2"))
        #expect(sqlInteger(directory.database, "PRAGMA user_version") == 1)
        #expect(sqlInteger(directory.database, "SELECT count(*) FROM c") == 3)
    }
}
