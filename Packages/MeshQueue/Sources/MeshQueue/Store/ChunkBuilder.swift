import MeshQueueCore

/// Fills chunks with records and writes each as it gets full. Memory is used again from commit to commit.
struct ChunkBuilder: ~Copyable {
    /// A chunk that was written: its row and how many entries it has.
    struct Written {
        let row: UInt64
        let total: Int
    }

    /// Where a record went: `chunk` is a place in `written`, not yet a number of the index.
    struct Placement {
        var chunk: UInt32 = 0
        var entry: UInt8 = 0
        var offset: UInt16 = 0
    }

    private var meta = ByteSink(capacity: Block.headerByteCount + ChunkMeta.maximumEntries * ChunkMeta.entryByteCount)
    private var data = ByteSink(capacity: ChunkMeta.dataByteCount * 2)
    private var entries = 0
    /// The row of the chunk being filled.
    private(set) var nextRow: UInt64 = 1
    /// The chunks written since `begin`, in order.
    private(set) var written: ContiguousArray<Written> = []

    /// Starts over with the first free row.
    mutating func begin(nextRow: UInt64) {
        self.nextRow = nextRow
        written.removeAll(keepingCapacity: true)
        clear()
    }

    /// Adds a new message; copies its payload.
    mutating func add(
        _ entry: ChunkMeta.Entry, payload: any QueuePayload, to database: ChunkDatabase
    ) throws(QueueError) -> Placement {
        try makeRoom(for: entry, in: database)
        let placement = place(entry, at: data.count)
        MessageRecord.write(
            id: entry.id, expirySeconds: entry.expirySeconds, payload: payload, byteCount: Int(entry.length),
            sequence: entry.sequence, to: &data)
        return placement
    }

    /// Adds the record of a message that stood in another chunk, as it was there.
    mutating func add(
        _ entry: ChunkMeta.Entry, record: UnsafeRawBufferPointer, to database: ChunkDatabase
    ) throws(QueueError) -> Placement {
        try makeRoom(for: entry, in: database)
        let placement = place(entry, at: data.count)
        data.extend(by: record.count).copyMemory(from: record)
        return placement
    }

    /// Writes what isn't written yet.
    mutating func finish(in database: ChunkDatabase) throws(QueueError) {
        guard entries > 0 else { return }
        Block.seal(meta.mutableBytes, kind: .chunkMeta, count: entries, row: nextRow)
        try database.insertChunk(row: nextRow, meta: meta.bytes, data: data.bytes)
        written.append(Written(row: nextRow, total: entries))
        nextRow += 1
        clear()
    }

    private mutating func makeRoom(for entry: ChunkMeta.Entry, in database: ChunkDatabase) throws(QueueError) {
        let isFull = data.count + entry.recordByteCount > ChunkMeta.dataByteCount
        if isFull || entries == ChunkMeta.maximumEntries { try finish(in: database) }
    }

    private mutating func place(_ entry: ChunkMeta.Entry, at offset: Int) -> Placement {
        let placement = Placement(
            chunk: UInt32(written.count), entry: UInt8(entries), offset: UInt16(offset))
        ChunkMeta.write(entry, to: &meta)
        entries += 1
        return placement
    }

    private mutating func clear() {
        meta.removeAll()
        _ = meta.extend(by: Block.headerByteCount)
        data.removeAll()
        entries = 0
    }
}
