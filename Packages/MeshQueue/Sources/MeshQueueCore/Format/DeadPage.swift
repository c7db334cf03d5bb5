/// Part of the list of chunks with dead entries, 24 bytes each: chunk row u64, dead entries 128 bits.
///
/// Together the pages of a generation say which entries were dead when the journal was folded, so that start-up needs
/// only the journal since then. A page's key: generation · 2³² + number.
package enum DeadPage {
    package static let entryByteCount = 24
    /// 330 entries: a page of the database.
    package static let maximumEntries = 330

    /// A chunk and its dead entries.
    package struct Entry: Sendable, Hashable {
        package var chunkRow: UInt64
        package var dead: DeadEntries

        package init(chunkRow: UInt64, dead: DeadEntries) {
            self.chunkRow = chunkRow
            self.dead = dead
        }
    }

    /// The key of a page.
    package static func row(generation: UInt64, page: Int) -> UInt64 { generation << 32 | UInt64(page) }

    /// Writes a page into `sink`, replacing what it held.
    package static func write(_ entries: [Entry], row: UInt64, to sink: inout ByteSink) {
        precondition(entries.count <= maximumEntries)
        sink.removeAll()
        let bytes = sink.extend(by: Block.headerByteCount + entries.count * entryByteCount)
        for (number, entry) in entries.enumerated() {
            let offset = Block.headerByteCount + number * entryByteCount
            bytes.store(entry.chunkRow, at: offset)
            bytes.store(entry.dead.low, at: offset + 8)
            bytes.store(entry.dead.high, at: offset + 16)
        }
        Block.seal(bytes, kind: .deadPage, count: entries.count, row: row)
    }

    /// The entries of an undamaged page.
    package static func read(_ bytes: UnsafeRawBufferPointer, row: UInt64) throws(FormatError) -> [Entry] {
        let block = try Block.open(bytes, kind: .deadPage, row: row)
        guard block.count <= maximumEntries else { throw .tooMany(got: block.count, limit: maximumEntries) }
        try Block.expect(block.body, byteCount: block.count * entryByteCount)
        return (0..<block.count).map { number in
            let offset = number * entryByteCount
            return Entry(
                chunkRow: block.body.integer(at: offset, as: UInt64.self),
                dead: DeadEntries(
                    low: block.body.integer(at: offset + 8, as: UInt64.self),
                    high: block.body.integer(at: offset + 16, as: UInt64.self)))
        }
    }
}
