import MeshQueueCore

/// Reads what start-up needs of a file: state, dead pages, the journal since the last fold, run summaries, and the meta
/// rows of all chunks. Payloads are not read. Whatever doesn't fit its checksum ends it.
struct StoreLoader {
    let connection: SQLiteConnection
    let loaded: LoadedStore
    private var dead: [UInt64: DeadEntries] = [:]

    /// Loads a file of the present schema.
    static func load(_ connection: SQLiteConnection) throws(QueueOpenError) -> LoadedStore {
        do throws(LoadFailure) {
            var loader = try StoreLoader(connection)
            try loader.readDeadPages()
            try loader.readJournal()
            try loader.readRuns()
            try loader.readChunks()
            try loader.findOrphans()
            return loader.loaded
        } catch {
            throw error.openError(file: connection.file)
        }
    }

    private init(_ connection: SQLiteConnection) throws(LoadFailure) {
        self.connection = connection
        var state: StateBlock?
        try connection.forEachRow("SELECT row, body FROM state") { (_, bytes) throws(LoadFailure) in
            state = try LoadFailure.decoding("the state row") { () throws(FormatError) in try StateBlock(bytes) }
        }
        guard let state else { throw .damaged("the state row is missing") }
        loaded = LoadedStore(state: state)
        loaded.nextCounter = state.foldedCounter + 1
        loaded.nextGeneration = state.deadGeneration + 1
    }

    private mutating func readDeadPages() throws(LoadFailure) {
        let generation = loaded.state.deadGeneration
        let first = DeadPage.row(generation: generation, page: 0)
        let last = DeadPage.row(generation: generation, page: Int(UInt32.max))
        var found: [UInt64: DeadEntries] = [:]
        try connection.forEachRow(
            "SELECT page, body FROM dead_page WHERE page BETWEEN \(first) AND \(last)"
        ) { (key, bytes) throws(LoadFailure) in
            let entries = try LoadFailure.decoding("dead page \(key)") { () throws(FormatError) in
                try DeadPage.read(bytes, row: key)
            }
            for entry in entries { found[entry.chunkRow] = entry.dead }
        }
        dead = found
    }

    /// Rows since the last fold, bucket by bucket.
    private mutating func readJournal() throws(LoadFailure) {
        var start: UInt64? = 0
        while let from = start,
            let found = try connection.loadInteger("SELECT min(row) FROM journal WHERE row>=\(from)")
        {
            guard found >> 56 == 0 else { throw .damaged("journal row \(found) has an impossible key") }
            let bucket = JournalKey(raw: found).bucket
            let first = JournalKey(bucket: bucket, counter: loaded.state.foldedCounter + 1).raw
            let last = JournalKey(bucket: bucket, counter: JournalKey.maximumCounter).raw
            try connection.forEachRow(
                "SELECT row, body FROM journal WHERE row BETWEEN \(first) AND \(last)"
            ) { (key, bytes) throws(LoadFailure) in
                try readJournalRow(JournalKey(raw: key), bytes)
            }
            start = bucket == .max ? nil : last + 1
        }
    }

    private mutating func readJournalRow(_ key: JournalKey, _ bytes: UnsafeRawBufferPointer) throws(LoadFailure) {
        let row = try LoadFailure.decoding("journal row \(key.raw)") { () throws(FormatError) in
            try Journal.read(bytes, row: key.raw)
        }
        loaded.state.nextSequence = max(loaded.state.nextSequence, row.counters.nextSequence)
        loaded.state.nextChunk = max(loaded.state.nextChunk, row.counters.nextChunk)
        loaded.nextCounter = max(loaded.nextCounter, key.counter + 1)
        row.forEachDeath { death in
            loaded.unfoldedDeaths += 1
            if death.entry == Journal.wholeChunk {
                dead[death.chunkRow] = .all
            } else {
                dead[death.chunkRow, default: .none].insert(death.entry)
            }
        }
        let seed = loaded.state.seed
        row.forEachTombstone { number, tombstone in
            loaded.recentTombstones.append(
                TombstoneEntry(
                    fingerprint: seed.fingerprint(tombstone.recipient, tombstone.id).raw,
                    locator: TombstoneLocator(row: key, number: number).raw))
        }
    }

    private mutating func readChunks() throws(LoadFailure) {
        let sequenceFloor = loaded.state.nextSequence
        var nextSequence = sequenceFloor
        try connection.forEachRow(
            "SELECT chunk, body FROM chunk_meta ORDER BY chunk"
        ) { (row, bytes) throws(LoadFailure) in
            guard row < StateBlock.maximumChunk else { throw .damaged("chunk \(row) has an impossible key") }
            loaded.state.nextChunk = max(loaded.state.nextChunk, row + 1)
            let highest = try LoadFailure.decoding("the list of messages of chunk \(row)") { () throws(FormatError) in
                try readChunk(row, bytes, dead: dead[row] ?? .none)
            }
            nextSequence = max(nextSequence, highest + 1)
        }
        loaded.state.nextSequence = nextSequence
        loaded.fill { index in
            index.sortUnordered()
            for chunk in 0..<index.chunkEnd {
                let change = index.examine(chunk)
                if change != .none { loaded.changes.append((chunk, change)) }
            }
        }
    }

    /// Adds a chunk and its living messages to the index; returns its highest sequence.
    private func readChunk(
        _ row: UInt64, _ bytes: UnsafeRawBufferPointer, dead: DeadEntries
    ) throws(FormatError) -> UInt64 {
        var highest: UInt64 = 0
        var failure: FormatError?
        loaded.fill { index in
            let chunk = index.addChunk(
                row: row, total: min(ChunkMeta.count(bytes), ChunkMeta.maximumEntries), dead: dead)
            do throws(FormatError) {
                try ChunkMeta.read(bytes, row: row) { number, offset, entry in
                    highest = max(highest, entry.sequence)
                    if !dead.contains(UInt8(number)) {
                        index.insert(entry, chunk: chunk, number: number, offset: offset)
                    }
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return highest
    }
}

extension QueueIndex {
    /// Adds a message as its chunk's meta describes it.
    mutating func insert(_ entry: ChunkMeta.Entry, chunk: UInt32, number: Int, offset: Int) {
        let hash = seed.hash(entry.recipient)
        insert(
            recipient: entry.recipient, recipientHash: hash,
            fingerprint: seed.fingerprint(recipientHash: hash, id: entry.id),
            sequence: entry.sequence, expirySeconds: entry.expirySeconds,
            place: Place(
                chunk: chunk, entry: UInt8(number), offset: UInt16(offset), length: entry.length))
    }
}
