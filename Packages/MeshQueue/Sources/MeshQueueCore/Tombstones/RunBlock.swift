/// Part of a run: removals with tombstones, in order of fingerprint, packed (`RemovalCoding`).
///
/// A run is a sorted file of remembered ids: blocks of 8 KiB, then its index (`RunIndex`). A block's place in the
/// count of rows: run · 2³² + number.
package enum RunBlock {
    /// 8 KiB: some hundred entries; what one look-up reads.
    package static let byteCount = 8_192

    /// The row of a block.
    package static func row(run: UInt64, block: Int) -> UInt64 { run << 32 | UInt64(block) }

    /// Calls `body` with each removal of an undamaged block, until it returns false.
    package static func read(
        _ bytes: UnsafeRawBufferPointer, row: UInt64, _ body: (LogRemoval) -> Bool
    ) throws(FormatError) {
        let block = try Block.open(bytes, kind: .runBlock, row: row)
        guard block.count <= byteCount else { throw .tooMany(got: block.count, limit: byteCount) }
        var reader = ByteReader(block.body)
        var previous: QueueRecipient?
        for _ in 0..<block.count {
            let removal = try RemovalCoding.read(&reader, previous: previous)
            guard removal.tombstone != nil else { throw .invalidField("tombstone") }
            previous = removal.key.recipient
            if !body(removal) { return }
        }
        for byte in try reader.slice(block.body.count - reader.offset) where byte != 0 {
            throw .invalidField("padding")
        }
    }
}
