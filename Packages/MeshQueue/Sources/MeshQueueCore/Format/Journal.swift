/// What a commit took away: entries of chunks that died, and ids to be remembered. One row a commit that removes.
///
///     0   nextSequence  u64   no smaller sequence is free
///     8   nextChunk     u64   no smaller chunk row is free
///     16  tombstones    u32   how many
///     20  zero          u32
///     24  deaths        the block's count × u64: chunk row · 256 + entry; entry 255 means the whole chunk
///     …   tombstones    each: head u8 (bit 7: recipient as before; below: length of the proof), recipient 32 unless
///                       as before, id 16, keepUntil u32 (seconds since 1970), proof
///
/// A row's key says when it may go: `JournalKey`.
package enum Journal {
    static let fixedByteCount = 24
    static let sameRecipient: UInt8 = 0x80
    /// 256 tombstones a row: a tombstone's number fits a byte of its locator, and one look-up reads at most 34 KB.
    package static let maximumTombstones = 256
    /// 8,192 deaths a row (64 KiB); what expires at a time stays below.
    package static let maximumDeaths = 8_192
    /// The entry number that stands for all entries of a chunk.
    package static let wholeChunk: UInt8 = 255

    /// An entry of a chunk that died.
    package struct Death: Sendable, Hashable {
        package var chunkRow: UInt64
        package var entry: UInt8

        package init(chunkRow: UInt64, entry: UInt8) {
            self.chunkRow = chunkRow
            self.entry = entry
        }
    }

    /// An id to be remembered, and why it was taken out.
    package struct Tombstone: Sendable, Equatable {
        package var recipient: QueueRecipient
        package var id: QueueItemID
        package var keepUntilSeconds: UInt32
        package var proof: QueueProof

        package init(recipient: QueueRecipient, id: QueueItemID, keepUntilSeconds: UInt32, proof: QueueProof) {
            self.recipient = recipient
            self.id = id
            self.keepUntilSeconds = keepUntilSeconds
            self.proof = proof
        }
    }

    /// The counters at the head of a row.
    package struct Counters: Sendable, Hashable {
        package var nextSequence: UInt64
        package var nextChunk: UInt64

        package init(nextSequence: UInt64, nextChunk: UInt64) {
            self.nextSequence = nextSequence
            self.nextChunk = nextChunk
        }
    }

    /// Writes a row into `sink`, replacing what it held.
    ///
    /// - Precondition: No more deaths and tombstones than a row may have.
    package static func write(
        counters: Counters, deaths: ArraySlice<Death>, tombstones: ArraySlice<Tombstone>, row: UInt64,
        to sink: inout ByteSink
    ) {
        precondition(deaths.count <= maximumDeaths && tombstones.count <= maximumTombstones)
        sink.removeAll()
        let fixed = sink.extend(by: Block.headerByteCount + fixedByteCount + deaths.count * 8)
        let start = Block.headerByteCount
        fixed.store(counters.nextSequence, at: start)
        fixed.store(counters.nextChunk, at: start + 8)
        fixed.store(UInt32(tombstones.count), at: start + 16)
        fixed.store(UInt32(0), at: start + 20)
        var offset = start + fixedByteCount
        for death in deaths {
            fixed.store(death.chunkRow << 8 | UInt64(death.entry), at: offset)
            offset += 8
        }
        write(tombstones, to: &sink)
        Block.seal(sink.mutableBytes, kind: .journal, count: deaths.count, row: row)
    }

    private static func write(_ tombstones: ArraySlice<Tombstone>, to sink: inout ByteSink) {
        var previous: QueueRecipient?
        for tombstone in tombstones {
            let isSame = tombstone.recipient == previous
            previous = tombstone.recipient
            let recipientBytes = isSame ? 0 : QueueRecipient.byteCount
            let bytes = sink.extend(by: 1 + recipientBytes + 20 + tombstone.proof.count)
            bytes[0] = UInt8(tombstone.proof.count) | (isSame ? sameRecipient : 0)
            if !isSame { bytes.store(tombstone.recipient, at: 1) }
            bytes.store(tombstone.id, at: 1 + recipientBytes)
            bytes.store(tombstone.keepUntilSeconds, at: 17 + recipientBytes)
            tombstone.proof.withUnsafeBytes { proof in
                UnsafeMutableRawBufferPointer(rebasing: bytes[(21 + recipientBytes)...]).copyMemory(from: proof)
            }
        }
    }
}
