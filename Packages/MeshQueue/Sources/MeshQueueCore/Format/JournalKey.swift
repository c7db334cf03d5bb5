/// The key of a journal row: the day until whose end it is kept, and its place in the order of commits.
///
///     bits 40…55  bucket   the last day (86,400 s since 1970) of any tombstone in the row; 0 if it has none
///     bits 0…39   counter  rises by one per row over all buckets
///
/// So rows that may go together lie together, and those since a certain commit are a range in each bucket.
package struct JournalKey: Sendable, Hashable {
    package let raw: UInt64

    /// Seconds of a bucket: one day. Tombstones live up to 15 days, so some 16 buckets exist at a time, and what is
    /// kept beyond its time is at most a day's worth.
    package static let secondsPerBucket: UInt32 = 86_400
    /// 40 bits: at a thousand removing commits a second, 35 years.
    package static let maximumCounter: UInt64 = 1 << 40 - 1

    package init(raw: UInt64) { self.raw = raw }

    package init(bucket: UInt16, counter: UInt64) {
        precondition(counter <= Self.maximumCounter)
        raw = UInt64(bucket) << 40 | counter
    }

    package var bucket: UInt16 { UInt16(truncatingIfNeeded: raw >> 40) }
    package var counter: UInt64 { raw & Self.maximumCounter }

    /// The bucket of a time.
    package static func bucket(ofSeconds seconds: UInt32) -> UInt16 {
        UInt16(seconds / secondsPerBucket)
    }

    /// Whether everything in `bucket` is past its time.
    package static func isPast(bucket: UInt16, nowSeconds: UInt32) -> Bool {
        (UInt64(bucket) + 1) * UInt64(secondsPerBucket) <= UInt64(nowSeconds)
    }
}

/// Where a tombstone stands on disk: the key of its journal row above, its number within the row in the lowest byte.
package struct TombstoneLocator: Sendable, Hashable {
    package let raw: UInt64

    package init(raw: UInt64) { self.raw = raw }

    package init(row: JournalKey, number: Int) { raw = row.raw << 8 | UInt64(number) }

    package var row: JournalKey { JournalKey(raw: raw >> 8) }
    package var number: Int { Int(raw & 0xFF) }
}
