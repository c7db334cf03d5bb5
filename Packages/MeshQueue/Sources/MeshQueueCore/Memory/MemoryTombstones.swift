/// Remembered ids in memory: all of them, each to its second.
struct MemoryTombstones: Sendable {
    private static let secondsPerBucket: UInt32 = 3_600
    private var held: [QueueKey: QueueTombstone] = [:]
    private var buckets: [UInt32: [QueueKey]] = [:]

    /// What removed this one, if it is remembered after `nowSeconds`.
    func find(_ key: QueueKey, nowSeconds: UInt32) -> QueueTombstone? {
        held[key].flatMap { $0.keepUntilSeconds > nowSeconds ? $0 : nil }
    }

    mutating func insert(_ tombstone: QueueTombstone) {
        held[tombstone.key] = tombstone
        buckets[tombstone.keepUntilSeconds / Self.secondsPerBucket, default: []].append(tombstone.key)
    }

    mutating func forget(nowSeconds: UInt32) {
        for bucket in buckets.keys where bucket < nowSeconds / Self.secondsPerBucket {
            for key in buckets.removeValue(forKey: bucket) ?? [] where find(key, nowSeconds: nowSeconds) == nil {
                held[key] = nil
            }
        }
    }

    /// Some of them, in the order of their keys.
    func page(from cursor: QueueTombstoneCursor, maxCount: Int, nowSeconds: UInt32) -> QueueTombstonePage {
        let rest = held.values.filter { tombstone in
            tombstone.keepUntilSeconds > nowSeconds && cursor.last.map { tombstone.key > $0 } ?? true
        }
        let count = max(0, min(maxCount, QueueBounds.fetchItems))
        let page = Array(rest.sorted { $0.key < $1.key }.prefix(count))
        let next = page.count < rest.count ? QueueTombstoneCursor(last: page.last?.key ?? cursor.last) : nil
        return QueueTombstonePage(tombstones: page, next: next)
    }
}
