import GRDB

/// The tables, and how older files become newer ones.
///
/// What somebody wrote, to whom, when and under which name stands in sealed columns. What rows are found by is blinded:
/// a `tag` is a keyed hash. Only numbers that queries need stand in the open: kinds, positions, states.
enum ChatSchema {
    /// "MeCh", so that a file of another program is told apart.
    static let applicationID: Int32 = 0x4D65_4368

    typealias Migration = @Sendable (Database) throws -> Void

    /// One step a version; the number of steps is the version that this program writes.
    static let migrations: [Migration] = [version1, version2]

    @Sendable private static func version1(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE meta (
                    name TEXT PRIMARY KEY, value BLOB NOT NULL
                ) WITHOUT ROWID;

                CREATE TABLE peer (
                    id INTEGER PRIMARY KEY, tag BLOB NOT NULL UNIQUE, person BLOB NOT NULL,
                    conversation BLOB NOT NULL, waiting INTEGER NOT NULL
                );
                CREATE INDEX peerWaiting ON peer (id) WHERE waiting;

                CREATE TABLE entry (
                    id INTEGER PRIMARY KEY, peer INTEGER NOT NULL REFERENCES peer (id), tag BLOB NOT NULL UNIQUE,
                    kind INTEGER NOT NULL, position INTEGER, state INTEGER NOT NULL, content BLOB NOT NULL
                );
                CREATE UNIQUE INDEX entryPosition ON entry (peer, position);

                CREATE TABLE seen (
                    tag BLOB PRIMARY KEY
                ) WITHOUT ROWID;

                CREATE TABLE feed (
                    id INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL,
                    entry INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE
                );
                CREATE INDEX feedEntry ON feed (entry);

                CREATE TABLE outbox (
                    sequence INTEGER PRIMARY KEY AUTOINCREMENT, tag BLOB NOT NULL UNIQUE, message BLOB NOT NULL,
                    final INTEGER NOT NULL, header BLOB NOT NULL, envelope BLOB
                );
                CREATE INDEX outboxMessage ON outbox (message);
                CREATE INDEX outboxOpen ON outbox (sequence) WHERE NOT final;
                """)
    }

    /// Who had an own message, and what its recipient told.
    @Sendable private static func version2(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE custody (
                    id INTEGER PRIMARY KEY, entry INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
                    tag BLOB NOT NULL UNIQUE, content BLOB NOT NULL
                );
                CREATE INDEX custodyEntry ON custody (entry);
                """)
    }

    /// Brings a file to the newest version, in the transaction that the caller has begun.
    static func migrate(_ db: Database, path: String, with migrations: [Migration] = migrations) throws {
        let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        guard application == applicationID || (application == 0 && version == 0 && tables == 0) else {
            throw ChatStoreOpenError.notAChatStore(path: path)
        }
        guard version <= migrations.count else {
            throw ChatStoreOpenError.newerSchema(path: path, got: version, allowed: migrations.count)
        }
        guard version < migrations.count else { return }
        for migration in migrations[version...] { try migration(db) }
        try db.execute(sql: "PRAGMA application_id = \(applicationID)")
        try db.execute(sql: "PRAGMA user_version = \(migrations.count)")
    }
}
