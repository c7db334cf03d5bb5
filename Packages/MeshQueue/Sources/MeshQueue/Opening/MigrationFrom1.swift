import CSQLite
import MeshQueueCore

/// From schema 1, which had no checksums, no proofs, and remembered removed ids per commit instead of each to its time:
///
///     c(chunk INTEGER PRIMARY KEY, meta BLOB)    entries of 64 bytes: sequence u64, recipient 32, id 16, expiry u32,
///                                                length u32
///     d(chunk INTEGER PRIMARY KEY, data BLOB)    records in the order of the entries: id 16, expiry u32, payload
///     t(row INTEGER PRIMARY KEY, expiry INTEGER, keys BLOB)
///                                                entries of 48 bytes: recipient 32, id 16; expiry: the latest of them
///
/// What is in `t` is dead in `c`. Ids are remembered until a day after the row's expiry, as schema 1 did.
struct MigrationFrom1 {
    private static let entryByteCount = 64
    private static let keyByteCount = 48
    private static let recordHeaderByteCount = 20
    private static let graceSeconds: UInt32 = 86_400

    private struct Key: Hashable {
        let recipient: QueueRecipient
        let id: QueueItemID
    }

    private let connection: SQLiteConnection
    private let seed: QueueSeed

    init(_ connection: SQLiteConnection, seed: QueueSeed) {
        self.connection = connection
        self.seed = seed
    }

    /// Moves everything over and drops the old tables; within the caller's transaction.
    func run() throws(LoadFailure) {
        try LoadFailure.database { () throws(SQLiteFailure) in try connection.execute(Schema.tables) }
        let database = try LoadFailure.database { () throws(SQLiteFailure) in try ChunkDatabase(connection) }
        var state = StateBlock(seed: seed)
        var removed: Set<Key> = []
        var journal = JournalWriter(
            counters: Journal.Counters(nextSequence: 1, nextChunk: 1), nextCounter: 1)
        var sink = ByteSink()
        try moveTombstones(to: database, &journal, &sink, &removed)
        try moveChunks(to: database, except: removed, &state)
        try LoadFailure.database { () throws(SQLiteFailure) in
            try Schema.write(state, to: connection)
            try connection.execute("DROP TABLE c; DROP TABLE d; DROP TABLE t")
        }
    }

    private func moveTombstones(
        to database: ChunkDatabase, _ journal: inout JournalWriter, _ sink: inout ByteSink, _ removed: inout Set<Key>
    ) throws(LoadFailure) {
        let statement = try LoadFailure.database { () throws(SQLiteFailure) in
            try SQLiteStatement(connection, "SELECT row, keys, expiry FROM t ORDER BY row")
        }
        while try LoadFailure.database({ () throws(SQLiteFailure) in try statement.step() }) {
            let keys = statement.bytes(1)
            guard keys.count.isMultiple(of: Self.keyByteCount) else {
                throw .damaged("row \(statement.unsigned(0)) of t has \(keys.count) bytes")
            }
            let expiry = UInt32(clamping: statement.integer(2))
            var tombstones: ContiguousArray<Journal.Tombstone> = []
            for offset in stride(from: 0, to: keys.count, by: Self.keyByteCount) {
                let key = Key(recipient: keys.recipient(at: offset), id: keys.itemID(at: offset + 32))
                removed.insert(key)
                tombstones.append(
                    Journal.Tombstone(
                        recipient: key.recipient, id: key.id,
                        keepUntilSeconds: expiry.addingReportingOverflow(Self.graceSeconds).overflow
                            ? .max : expiry + Self.graceSeconds,
                        proof: .empty))
            }
            try Self.wrap { () throws(QueueError) in
                try journal.write(deaths: [], tombstones: tombstones, to: database, sink: &sink)
            }
        }
    }

    private func moveChunks(
        to database: ChunkDatabase, except removed: Set<Key>, _ state: inout StateBlock
    ) throws(LoadFailure) {
        var builder = ChunkBuilder()
        builder.begin(nextRow: 1)
        let statement = try LoadFailure.database { () throws(SQLiteFailure) in
            try SQLiteStatement(connection, "SELECT c.chunk, c.meta, d.data FROM c LEFT JOIN d USING(chunk) ORDER BY 1")
        }
        while try LoadFailure.database({ () throws(SQLiteFailure) in try statement.step() }) {
            let chunk = statement.unsigned(0)
            for message in try messages(chunk: chunk, meta: statement.bytes(1), data: statement.bytes(2)) {
                state.nextSequence = max(state.nextSequence, message.entry.sequence + 1)
                if removed.contains(Key(recipient: message.entry.recipient, id: message.entry.id)) { continue }
                try Self.wrap { () throws(QueueError) in
                    _ = try builder.add(message.entry, payload: message.payload, to: database)
                }
            }
        }
        try Self.wrap { () throws(QueueError) in try builder.finish(in: database) }
        state.nextChunk = builder.nextRow
    }

    private func messages(
        chunk: UInt64, meta: UnsafeRawBufferPointer, data: UnsafeRawBufferPointer
    ) throws(LoadFailure) -> [(entry: ChunkMeta.Entry, payload: [UInt8])] {
        guard meta.count.isMultiple(of: Self.entryByteCount) else {
            throw .damaged("chunk \(chunk) of c has \(meta.count) bytes")
        }
        var messages: [(entry: ChunkMeta.Entry, payload: [UInt8])] = []
        var start = 0
        for offset in stride(from: 0, to: meta.count, by: Self.entryByteCount) {
            let sequence = meta.integer(at: offset, as: UInt64.self)
            let length = Int(meta.integer(at: offset + 60, as: UInt32.self))
            let payload = start + Self.recordHeaderByteCount
            guard length <= QueueLimits.maximumPayloadBytes, payload + length <= data.count,
                sequence > 0, sequence < QueueIndex.maximumSequence,
                data.itemID(at: start) == meta.itemID(at: offset + 40)
            else { throw .damaged("message \(sequence) of chunk \(chunk) doesn't fit its data") }
            let entry = ChunkMeta.Entry(
                sequence: sequence, recipient: meta.recipient(at: offset + 8), id: meta.itemID(at: offset + 40),
                expirySeconds: meta.integer(at: offset + 56, as: UInt32.self), length: UInt16(length))
            messages.append((entry, Array(data[payload..<payload + length])))
            start = payload + length
        }
        return messages
    }

    private static func wrap(_ body: () throws(QueueError) -> Void) throws(LoadFailure) {
        do throws(QueueError) {
            try body()
        } catch {
            switch error {
            case .outOfSpace: throw .sqlite(SQLiteFailure(code: SQLITE_FULL, message: "\(error)"))
            case .inputOutput(_, let code, let message): throw .sqlite(SQLiteFailure(code: code, message: message))
            case .damaged(_, let detail): throw .damaged(detail)
            case .tooManyPending, .closed: preconditionFailure("a migration neither waits nor closes")
            }
        }
    }
}
