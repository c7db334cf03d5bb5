/// A page of a run: tombstone entries in order of fingerprint, 16 bytes each (fingerprint u64, locator u64).
///
/// A run is a sorted table of the remembered ids of one bucket. A page's key: run · 2³² + number.
package enum RunPage {
    package static let entryByteCount = 16
    /// 500 entries: a page of the database.
    package static let maximumEntries = 500

    /// The key of a page.
    package static func row(run: UInt64, page: Int) -> UInt64 { run << 32 | UInt64(page) }

    /// Writes a page into `sink`, replacing what it held.
    package static func write(_ entries: ArraySlice<TombstoneEntry>, row: UInt64, to sink: inout ByteSink) {
        precondition(entries.count <= maximumEntries)
        sink.removeAll()
        let bytes = sink.extend(by: Block.headerByteCount + entries.count * entryByteCount)
        var offset = Block.headerByteCount
        for entry in entries {
            bytes.store(entry.fingerprint, at: offset)
            bytes.store(entry.locator, at: offset + 8)
            offset += entryByteCount
        }
        Block.seal(bytes, kind: .runPage, count: entries.count, row: row)
    }

    /// The entries of an undamaged page.
    package static func read(_ bytes: UnsafeRawBufferPointer, row: UInt64) throws(FormatError) -> [TombstoneEntry] {
        let block = try Block.open(bytes, kind: .runPage, row: row)
        guard block.count <= maximumEntries else { throw .tooMany(got: block.count, limit: maximumEntries) }
        try Block.expect(block.body, byteCount: block.count * entryByteCount)
        var entries: [TombstoneEntry] = []
        entries.reserveCapacity(block.count)
        for number in 0..<block.count {
            let entry = TombstoneEntry(
                fingerprint: block.body.integer(at: number * entryByteCount, as: UInt64.self),
                locator: block.body.integer(at: number * entryByteCount + 8, as: UInt64.self))
            if let last = entries.last, entry < last { throw .invalidField("order") }
            entries.append(entry)
        }
        return entries
    }
}
