/// A message as the log describes it.
package struct LogEntry: Sendable, Hashable {
    package var key: QueueKey
    package var sequence: UInt64
    package var expirySeconds: UInt32
    package var length: UInt16

    package init(key: QueueKey, sequence: UInt64, expirySeconds: UInt32, length: UInt16) {
        self.key = key
        self.sequence = sequence
        self.expirySeconds = expirySeconds
        self.length = length
    }

    /// Bytes of the message's record.
    package var recordByteCount: Int { LogRecord.byteCount(length: Int(length)) }
}

/// The largest sequence there can be: it shares a word with the segment in the index. At 100,000 a second, 89 years.
package let maximumSequence: UInt64 = 1 << 48 - 1

/// A message's bytes: checksum u64 (XXH64 seeded with the sequence), payload, zeros up to a multiple of eight.
///
/// A sequence belongs to one message for ever, also when it is copied; so bytes of another, or of none, never pass.
package enum LogRecord {
    /// Bytes before the payload.
    package static let headerByteCount = 8

    /// Bytes of a record with this much payload.
    @inline(__always)
    package static func byteCount(length: Int) -> Int { headerByteCount + roundedToWord(length) }

    /// Writes the checksum of a payload that stands in place behind it.
    package static func seal(_ record: UnsafeMutableRawBufferPointer, length: Int, sequence: UInt64) {
        let payload = UnsafeRawBufferPointer(rebasing: record[headerByteCount..<headerByteCount + length])
        record.store(XXH64.hash(payload, seed: sequence), at: 0)
    }

    /// Whether a record, zeros or not, is the one with this sequence.
    package static func isIntact(_ record: UnsafeRawBufferPointer, length: Int, sequence: UInt64) -> Bool {
        guard record.count >= headerByteCount + length else { return false }
        let payload = UnsafeRawBufferPointer(rebasing: record[headerByteCount..<headerByteCount + length])
        return record.integer(at: 0, as: UInt64.self) == XXH64.hash(payload, seed: sequence)
    }
}

/// A message that is taken out.
package struct LogRemoval: Sendable, Equatable {
    package var key: QueueKey
    /// What is to be remembered of it; nil if nothing.
    package var tombstone: Tombstone?

    /// Why and until when an id is remembered.
    package struct Tombstone: Sendable, Equatable {
        package var proof: QueueProof
        package var keepUntilSeconds: UInt32

        package init(proof: QueueProof, keepUntilSeconds: UInt32) {
            self.proof = proof
            self.keepUntilSeconds = keepUntilSeconds
        }
    }

    package init(key: QueueKey, tombstone: Tombstone?) {
        self.key = key
        self.tombstone = tombstone
    }
}

/// How removals stand in frames and in runs, packed:
///
///     head       u8   bit 7: recipient as before; below: length of the proof, or 127 where nothing is remembered
///     recipient  32   unless as before
///     id         16
///     keepUntil  u32  seconds since 1970; not where nothing is remembered
///     proof
package enum RemovalCoding {
    static let sameRecipient: UInt8 = 0x80
    static let nothingRemembered: UInt8 = 0x7F
    /// Bytes of the longest removal.
    package static let maximumByteCount = 1 + 32 + 16 + 4 + QueueProof.maximumByteCount

    /// Bytes of a removal that follows one of `previous`.
    package static func byteCount(_ removal: LogRemoval, previous: QueueRecipient?) -> Int {
        17 + (removal.key.recipient == previous ? 0 : 32) + (removal.tombstone.map { 4 + $0.proof.count } ?? 0)
    }

    /// Writes a removal at the beginning of `target`, which has `byteCount` bytes for it.
    package static func write(
        _ removal: LogRemoval, previous: QueueRecipient?, to target: UnsafeMutableRawBufferPointer
    ) {
        let isSame = removal.key.recipient == previous
        let length = removal.tombstone.map { UInt8($0.proof.count) } ?? nothingRemembered
        target[0] = length | (isSame ? sameRecipient : 0)
        if !isSame { target.store(removal.key.recipient, at: 1) }
        let idStart = isSame ? 1 : 33
        target.store(removal.key.id, at: idStart)
        guard let tombstone = removal.tombstone else { return }
        target.store(tombstone.keepUntilSeconds, at: idStart + 16)
        tombstone.proof.withUnsafeBytes { proof in
            UnsafeMutableRawBufferPointer(rebasing: target[(idStart + 20)...]).copyMemory(from: proof)
        }
    }

    /// Takes the next removal off `reader`.
    package static func read(
        _ reader: inout ByteReader, previous: QueueRecipient?
    ) throws(FormatError) -> LogRemoval {
        let head = try reader.integer(UInt8.self)
        let isSame = head & sameRecipient != 0
        let length = head & ~sameRecipient
        let recipient = isSame ? previous : try reader.slice(32).recipient(at: 0)
        guard let recipient, isSame || recipient != previous else { throw .invalidField("recipient") }
        let key = QueueKey(recipient: recipient, id: try reader.slice(16).itemID(at: 0))
        if length == nothingRemembered { return LogRemoval(key: key, tombstone: nil) }
        let keepUntil = try reader.integer(UInt32.self)
        guard length <= QueueProof.maximumByteCount, let proof = QueueProof(copying: try reader.slice(Int(length)))
        else { throw .invalidField("proof") }
        return LogRemoval(key: key, tombstone: LogRemoval.Tombstone(proof: proof, keepUntilSeconds: keepUntil))
    }
}
