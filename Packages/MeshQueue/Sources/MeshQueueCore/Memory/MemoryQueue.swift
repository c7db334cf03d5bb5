/// One recipient's queue in memory: entries in order of arrival, removed ones swept from time to time.
struct MemoryQueue: Sendable {
    let place: Int
    private(set) var count = 0
    private(set) var byteCount = 0
    private var entries: [MemoryEntry] = []
    private var sequences: [QueueItemID: UInt64] = [:]

    init(place: Int) { self.place = place }

    var held: some Sequence<MemoryEntry> { entries.lazy.filter(\.isHeld) }

    func contains(_ id: QueueItemID) -> Bool { sequences[id] != nil }

    func payload(of id: QueueItemID) -> [UInt8]? {
        sequences[id].map { entries[position(notBefore: $0)].payload }
    }

    mutating func append(_ entry: MemoryEntry) {
        entries.append(entry)
        sequences[entry.id] = entry.sequence
        count += 1
        byteCount += entry.payload.count
    }

    mutating func remove(_ id: QueueItemID) {
        guard let sequence = sequences.removeValue(forKey: id) else { return }
        let position = position(notBefore: sequence)
        count -= 1
        byteCount -= entries[position].payload.count
        entries[position].isHeld = false
        entries[position].payload = []
        if entries.count > 2 * count + 16 { entries.removeAll { !$0.isHeld } }
    }

    func page(_ fetch: QueueFetch) -> QueuePage {
        var page = QueuePage(items: [], bytes: [], lastSequence: fetch.afterSequence, hasMore: false)
        let maxCount = min(fetch.maxCount, QueueBounds.fetchItems)
        let maxBytes = min(fetch.maxBytes, QueueBounds.fetchBytes)
        guard fetch.afterSequence < .max else { return page }
        for entry in entries[position(notBefore: fetch.afterSequence + 1)...] where entry.isHeld {
            let start = page.bytes.count
            let tooMuch = start + entry.payload.count > maxBytes && !page.items.isEmpty
            guard page.items.count < maxCount, !tooMuch else {
                page.hasMore = true
                break
            }
            page.bytes += entry.payload
            page.lastSequence = entry.sequence
            page.items.append(
                QueueItem(
                    id: entry.id, sequence: entry.sequence, expirySeconds: entry.expirySeconds,
                    range: start..<page.bytes.count))
        }
        return page
    }

    /// Where the first entry with at least this sequence stands (binary search).
    private func position(notBefore sequence: UInt64) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// A message in memory.
struct MemoryEntry: Sendable {
    let id: QueueItemID
    let sequence: UInt64
    let expirySeconds: UInt32
    var payload: [UInt8]
    var isHeld = true
}

/// A message's name within the whole store.
struct MemoryKey: Hashable, Sendable {
    let recipient: QueueRecipient
    let id: QueueItemID
}

/// Remembered ids in memory: all of them, each to its second.
struct MemoryTombstones: Sendable {
    private struct Tombstone {
        let proof: QueueProof
        let keepUntilSeconds: UInt32
    }

    private static let secondsPerBucket: UInt32 = 3_600
    private var held: [MemoryKey: Tombstone] = [:]
    private var buckets: [UInt32: [MemoryKey]] = [:]

    func contains(_ key: MemoryKey, nowSeconds: UInt32) -> Bool {
        held[key].map { $0.keepUntilSeconds > nowSeconds } ?? false
    }

    mutating func insert(_ key: MemoryKey, proof: QueueProof, keepUntilSeconds: UInt32) {
        held[key] = Tombstone(proof: proof, keepUntilSeconds: keepUntilSeconds)
        buckets[keepUntilSeconds / Self.secondsPerBucket, default: []].append(key)
    }

    mutating func forget(nowSeconds: UInt32) {
        for bucket in buckets.keys where bucket < nowSeconds / Self.secondsPerBucket {
            for key in buckets.removeValue(forKey: bucket) ?? [] where !contains(key, nowSeconds: nowSeconds) {
                held[key] = nil
            }
        }
    }
}

extension QueueAppend {
    var key: MemoryKey { MemoryKey(recipient: recipient, id: id) }
}

extension QueueRemoval {
    var key: MemoryKey { MemoryKey(recipient: recipient, id: id) }
}
