import CSQLite
import MeshQueueCore

/// Makes, checks and opens the database file of a directory.
struct StoreFiles {
    let directory: QueueDirectory
    let options: QueueOptions

    /// 16 MiB of pages for the writer. Measured: more changes nothing, as chunks are written once at the end of their
    /// tables.
    static let writerCacheKiB = 16 << 10
    /// 4 MiB for the reader and others: inner pages of the tables. What it reads comes through the mapping.
    static let readerCacheKiB = 4 << 10
    /// 2 MiB while loading, which reads every page once.
    static let loaderCacheKiB = 2 << 10
    /// 2 GiB of the file are read through a mapping, without a copy into SQLite's cache: a drain takes a third less
    /// processor time.
    static let mappedBytes = 2 << 30
    /// 5 s to wait for a lock. Only this process has the file open, and its connections hold locks for milliseconds.
    static let busyMilliseconds: Int32 = 5_000

    /// Brings the file to the present schema, and loads its index through a connection of its own, so that the memory
    /// for it goes afterwards.
    func load() throws(QueueOpenError) -> LoadedStore {
        let file = directory.databaseFile
        let connection: SQLiteConnection
        do throws(SQLiteFailure) {
            connection = try SQLiteConnection(file: file, create: true, fileSystem: options.fileSystem)
            sqlite3_busy_timeout(connection.handle, Self.busyMilliseconds)
        } catch {
            throw error.openError(file: file)
        }
        let found = try Schema.inspect(connection)
        do throws(SQLiteFailure) {
            if case .empty = found { try connection.execute(Schema.foundation) }
            try configure(connection, cacheKiB: Self.loaderCacheKiB, mapsFile: false)
            if case .empty = found { try Schema.create(connection, seed: options.seed ?? .random()) }
        } catch {
            throw error.openError(file: file)
        }
        if case .older(let version) = found {
            try Migration.run(connection, from: version, seed: options.seed ?? .random())
        }
        return try StoreLoader.load(connection)
    }

    /// Another connection to the file.
    func connect(cacheKiB: Int, mapsFile: Bool = false) throws(SQLiteFailure) -> SQLiteConnection {
        let connection = try SQLiteConnection(
            file: directory.databaseFile, create: false, fileSystem: options.fileSystem)
        sqlite3_busy_timeout(connection.handle, Self.busyMilliseconds)
        try configure(connection, cacheKiB: cacheKiB, mapsFile: mapsFile)
        return connection
    }

    private func configure(_ connection: SQLiteConnection, cacheKiB: Int, mapsFile: Bool) throws(SQLiteFailure) {
        try connection.execute(Schema.settings)
        try connection.execute(
            "PRAGMA cache_size=-\(cacheKiB); PRAGMA mmap_size=\(mapsFile && options.mapsFile ? Self.mappedBytes : 0)")
        if let bytes = options.maximumFileBytes {
            try connection.execute("PRAGMA max_page_count=\(max(1, bytes / Schema.pageByteCount))")
        }
    }
}

extension QueueSeed {
    /// A seed from the system's random numbers.
    static func random() -> QueueSeed {
        QueueSeed(word0: .random(in: 0 ... .max), word1: .random(in: 0 ... .max))
    }
}
