extension Journal {
    /// An undamaged row, its parts still as bytes.
    package struct Row {
        package let counters: Counters
        let deathCount: Int
        let tombstoneCount: Int
        let deaths: UnsafeRawBufferPointer
        let tombstones: UnsafeRawBufferPointer
    }

    /// Opens a row and checks everything in it.
    package static func read(_ bytes: UnsafeRawBufferPointer, row: UInt64) throws(FormatError) -> Row {
        let block = try Block.open(bytes, kind: .journal, row: row)
        guard block.count <= maximumDeaths else { throw .tooMany(got: block.count, limit: maximumDeaths) }
        let deathsEnd = fixedByteCount + block.count * 8
        guard block.body.count >= deathsEnd else {
            throw .wrongLength(got: block.body.count, expected: deathsEnd)
        }
        let tombstones = Int(block.body.integer(at: 16, as: UInt32.self))
        guard tombstones <= maximumTombstones else { throw .tooMany(got: tombstones, limit: maximumTombstones) }
        guard block.body.integer(at: 20, as: UInt32.self) == 0 else { throw .invalidField("zero") }
        let opened = Row(
            counters: Counters(
                nextSequence: block.body.integer(at: 0, as: UInt64.self),
                nextChunk: block.body.integer(at: 8, as: UInt64.self)),
            deathCount: block.count,
            tombstoneCount: tombstones,
            deaths: UnsafeRawBufferPointer(rebasing: block.body[fixedByteCount..<deathsEnd]),
            tombstones: UnsafeRawBufferPointer(rebasing: block.body[deathsEnd...]))
        try opened.check()
        return opened
    }
}

extension Journal.Row {
    /// Calls `body` with every death.
    package func forEachDeath(_ body: (Journal.Death) -> Void) {
        for number in 0..<deathCount {
            let packed = deaths.integer(at: number * 8, as: UInt64.self)
            body(Journal.Death(chunkRow: packed >> 8, entry: UInt8(truncatingIfNeeded: packed)))
        }
    }

    /// Calls `body` with every tombstone and its number.
    package func forEachTombstone(_ body: (_ number: Int, Journal.Tombstone) -> Void) {
        var offset = 0
        var recipient: QueueRecipient?
        for number in 0..<tombstoneCount {
            guard let tombstone = try? Self.tombstone(tombstones, offset: &offset, previous: recipient) else { return }
            recipient = tombstone.recipient
            body(number, tombstone)
        }
    }

    /// The tombstone with this number; nil if there are fewer.
    package func tombstone(_ number: Int) -> Journal.Tombstone? {
        var found: Journal.Tombstone?
        forEachTombstone { if $0 == number { found = $1 } }
        return found
    }

    fileprivate func check() throws(FormatError) {
        guard counters.nextSequence <= QueueIndex.maximumSequence + 1 else { throw .invalidField("nextSequence") }
        var offset = 0
        var recipient: QueueRecipient?
        for _ in 0..<tombstoneCount {
            recipient = try Self.tombstone(tombstones, offset: &offset, previous: recipient).recipient
        }
        guard offset == tombstones.count else { throw .wrongLength(got: tombstones.count, expected: offset) }
    }

    private static func tombstone(
        _ bytes: UnsafeRawBufferPointer, offset: inout Int, previous: QueueRecipient?
    ) throws(FormatError) -> Journal.Tombstone {
        guard offset < bytes.count else { throw .wrongLength(got: bytes.count, expected: offset + 1) }
        let head = bytes[offset]
        let isSame = head & Journal.sameRecipient != 0
        let proofCount = Int(head & ~Journal.sameRecipient)
        guard proofCount <= QueueProof.maximumByteCount else { throw .invalidField("proof") }
        let idStart = offset + 1 + (isSame ? 0 : QueueRecipient.byteCount)
        let end = idStart + 20 + proofCount
        guard end <= bytes.count else { throw .wrongLength(got: bytes.count, expected: end) }
        guard let recipient = isSame ? previous : bytes.recipient(at: offset + 1) else {
            throw .invalidField("recipient")
        }
        let proof = QueueProof(copying: UnsafeRawBufferPointer(rebasing: bytes[(idStart + 20)..<end]))
        offset = end
        return Journal.Tombstone(
            recipient: recipient, id: bytes.itemID(at: idStart),
            keepUntilSeconds: bytes.integer(at: idStart + 16, as: UInt32.self), proof: proof ?? .empty)
    }
}
