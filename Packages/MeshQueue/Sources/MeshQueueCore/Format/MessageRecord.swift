/// A message within the data of a chunk.
///
///     0   checksum  u32   lower half of XXH64 of everything behind it, seeded with the sequence
///     4   id        16
///     20  expiry    u32   seconds since 1970
///     24  payload
package enum MessageRecord {
    /// Bytes before the payload.
    package static let headerByteCount = 24

    /// Writes a record of `byteCount` payload bytes to the end of `sink`, copying the payload this once. A payload that
    /// shows other than `byteCount` bytes is a programming error.
    package static func write(
        id: QueueItemID, expirySeconds: UInt32, payload: any QueuePayload, byteCount: Int, sequence: UInt64,
        to sink: inout ByteSink
    ) {
        let record = sink.extend(by: headerByteCount + byteCount)
        record.store(id, at: 4)
        record.store(expirySeconds, at: 20)
        payload.withPayloadBytes { bytes in
            precondition(bytes.count == byteCount, "a payload of \(byteCount) bytes showed \(bytes.count)")
            UnsafeMutableRawBufferPointer(rebasing: record[headerByteCount...]).copyMemory(from: bytes)
        }
        record.store(checksum(UnsafeRawBufferPointer(record), sequence: sequence), at: 0)
    }

    /// Whether `record` is undamaged and the one with this sequence.
    package static func isIntact(_ record: UnsafeRawBufferPointer, sequence: UInt64) -> Bool {
        record.count >= headerByteCount
            && record.integer(at: 0, as: UInt32.self) == checksum(record, sequence: sequence)
    }

    /// The id in a record or its beginning, of at least `headerByteCount` bytes.
    package static func id(_ record: UnsafeRawBufferPointer) -> QueueItemID { record.itemID(at: 4) }

    /// The expiry in a record or its beginning.
    package static func expirySeconds(_ record: UnsafeRawBufferPointer) -> UInt32 {
        record.integer(at: 20, as: UInt32.self)
    }

    private static func checksum(_ record: UnsafeRawBufferPointer, sequence: UInt64) -> UInt32 {
        UInt32(
            truncatingIfNeeded: XXH64.hash(UnsafeRawBufferPointer(rebasing: record[4...]), seed: sequence))
    }
}
