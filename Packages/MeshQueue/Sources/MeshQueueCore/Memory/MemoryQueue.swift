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

    func entry(_ id: QueueItemID) -> MemoryEntry? { sequences[id].map { entries[position(notBefore: $0)] } }

    mutating func markHandedOut(_ id: QueueItemID) {
        guard let sequence = sequences[id] else { return }
        entries[position(notBefore: sequence)].isHandedOut = true
    }

    /// Entries behind a sequence, oldest first.
    func entries(after sequence: UInt64) -> some Sequence<MemoryEntry> {
        let start = sequence < .max ? position(notBefore: sequence + 1) : entries.count
        return entries[start...].lazy.filter(\.isHeld)
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
        var page = MemoryPage(lastSequence: fetch.afterSequence)
        let maxCount = min(fetch.maxCount, QueueBounds.fetchItems)
        for entry in entries(after: fetch.afterSequence) {
            guard page.items.count < maxCount, page.add(entry, of: fetch.recipient, maxBytes: fetch.maxBytes) else {
                page.hasMore = true
                break
            }
            page.lastSequence = entry.sequence
            page.examined += 1
        }
        return page.finished
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
    var isHandedOut = false
}

/// A page on its way.
struct MemoryPage {
    var items: [QueueItem] = []
    private var bytes: [UInt8] = []
    var lastSequence: UInt64
    var examined = 0
    var hasMore = false

    init(lastSequence: UInt64) { self.lastSequence = lastSequence }

    var finished: QueuePage {
        QueuePage(items: items, bytes: bytes, lastSequence: lastSequence, examined: examined, hasMore: hasMore)
    }

    /// Adds a message to the page; false if it has no room for it.
    mutating func add(_ entry: MemoryEntry, of recipient: QueueRecipient, maxBytes: Int) -> Bool {
        let start = bytes.count
        let limit = min(maxBytes, QueueBounds.fetchBytes)
        guard items.isEmpty || start + entry.payload.count <= limit else { return false }
        bytes += entry.payload
        items.append(
            QueueItem(
                recipient: recipient, id: entry.id, sequence: entry.sequence, expirySeconds: entry.expirySeconds,
                range: start..<bytes.count))
        return true
    }
}
