import MeshQueueCore

/// The tables, and what marks a file as this package's. Byte layouts: README, "Format".
enum Schema {
    /// The version written; in `user_version`.
    static let version = 2
    /// "MshQ"; in `application_id`.
    static let applicationID: Int64 = 0x4D73_6851
    /// 8 KiB pages: a chunk's meta row fits one, and a 64 KiB chunk takes nine instead of seventeen.
    static let pageByteCount = 8_192

    /// Before the first table is made: these can't be changed later.
    static let foundation = """
        PRAGMA page_size=\(pageByteCount);
        PRAGMA auto_vacuum=INCREMENTAL;
        """

    /// On every connection. What is measured where: see README, "Settings".
    static let settings = """
        PRAGMA journal_mode=WAL;
        PRAGMA synchronous=FULL;
        PRAGMA wal_autocheckpoint=0;
        PRAGMA secure_delete=OFF;
        PRAGMA cache_spill=OFF;
        PRAGMA temp_store=MEMORY;
        PRAGMA foreign_keys=OFF;
        """

    static let tables = """
        CREATE TABLE chunk_meta(chunk INTEGER PRIMARY KEY, body BLOB NOT NULL);
        CREATE TABLE chunk_data(chunk INTEGER PRIMARY KEY, body BLOB NOT NULL);
        CREATE TABLE journal(row INTEGER PRIMARY KEY, body BLOB NOT NULL);
        CREATE TABLE run(run INTEGER PRIMARY KEY, bucket INTEGER NOT NULL, tier INTEGER NOT NULL,
            pages INTEGER NOT NULL, parts INTEGER NOT NULL);
        CREATE TABLE run_page(page INTEGER PRIMARY KEY, body BLOB NOT NULL);
        CREATE TABLE dead_page(page INTEGER PRIMARY KEY, body BLOB NOT NULL);
        CREATE TABLE state(row INTEGER PRIMARY KEY, body BLOB NOT NULL);
        """

    /// What a file turned out to be.
    enum Found {
        case empty
        case current
        case older(Int)
    }

    /// Looks at a file without changing it.
    static func inspect(_ connection: SQLiteConnection) throws(QueueOpenError) -> Found {
        let file = connection.file
        let (application, version, tables) = try read(connection)
        if application == 0, version == 0, tables == 0 { return .empty }
        guard application == applicationID else {
            throw .notAQueue(file: file, detail: "a database of another program, application id \(application)")
        }
        guard version > 0 else { throw .damaged(file: file, detail: "its schema has no version") }
        guard version <= Self.version else {
            throw .newerSchema(file: file, found: version, supported: Self.version)
        }
        return version == Self.version ? .current : .older(version)
    }

    private static func read(
        _ connection: SQLiteConnection
    ) throws(QueueOpenError) -> (application: Int64, version: Int, tables: Int64) {
        do throws(SQLiteFailure) {
            return (
                try connection.integer("PRAGMA application_id") ?? 0,
                Int(try connection.integer("PRAGMA user_version") ?? 0),
                try connection.integer("SELECT count(*) FROM sqlite_schema") ?? 0
            )
        } catch {
            throw error.openError(file: connection.file)
        }
    }

    /// Makes the tables of the present version in an empty file.
    static func create(_ connection: SQLiteConnection, seed: QueueSeed) throws(SQLiteFailure) {
        try connection.execute("BEGIN IMMEDIATE")
        do throws(SQLiteFailure) {
            try connection.execute(tables)
            try write(StateBlock(seed: seed), to: connection)
            try mark(connection)
            try connection.execute("COMMIT")
        } catch {
            try? connection.execute("ROLLBACK")
            throw error
        }
    }

    /// Marks a file as this package's, of the present version.
    static func mark(_ connection: SQLiteConnection) throws(SQLiteFailure) {
        try connection.execute("PRAGMA application_id=\(applicationID); PRAGMA user_version=\(version)")
    }

    /// Writes the state row.
    static func write(_ state: StateBlock, to connection: SQLiteConnection) throws(SQLiteFailure) {
        let statement = try SQLiteStatement(connection, "INSERT OR REPLACE INTO state VALUES(?1,?2)")
        var sink = ByteSink(capacity: 128)
        state.write(to: &sink)
        statement.bind(1, StateBlock.row)
        statement.bind(2, sink.bytes)
        try statement.run()
    }
}
