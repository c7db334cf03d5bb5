/// Queues in memory, for tests, simulations and nodes that may forget.
///
/// A plain value, written for clarity: it is what the durable store is compared with. Copying it is a snapshot.
public struct MemoryQueueStore: QueueStore, Sendable {
    private let limits: QueueLimits
    private var queues: [QueueRecipient: MemoryQueue] = [:]
    /// Recipients by place, so that a walk over them survives changes; nil where one left.
    private var places: [QueueRecipient?] = []
    private var freePlaces: [Int] = []
    private var tombstones = MemoryTombstones()
    private var nextSequence: UInt64 = 1
    private var lastCommit: UInt64 = 0

    /// What is held in all.
    public private(set) var totals = QueueTotals()

    /// An empty store.
    ///
    /// - Parameter limits: What is admitted.
    public init(limits: QueueLimits = QueueLimits()) { self.limits = limits }

    /// Performs `operations` in order. Never throws.
    public mutating func commit(_ operations: [QueueOperation], nowSeconds: UInt32) throws(QueueError) -> QueueCommit {
        var outcomes: [QueueOutcome] = []
        outcomes.reserveCapacity(operations.count)
        var appendedHere: [QueueKey: Int] = [:]
        for (index, operation) in operations.enumerated() {
            switch operation {
            case .append(let append):
                let outcome = self.append(append, nowSeconds: nowSeconds)
                outcomes.append(outcome)
                if case .stored = outcome { appendedHere[append.key] = index }
            case .remove(let removal):
                let outcome = remove(removal, nowSeconds: nowSeconds)
                outcomes.append(outcome)
                if outcome == .removed, let appended = appendedHere.removeValue(forKey: removal.key) {
                    outcomes[appended] = .storedAndRemoved
                }
            case .release(let key):
                outcomes.append(release(key))
            }
        }
        lastCommit += 1
        return QueueCommit(number: lastCommit, outcomes: outcomes)
    }

    private mutating func append(_ append: QueueAppend, nowSeconds: UInt32) -> QueueOutcome {
        let byteCount = append.payload.byteCount
        if byteCount > limits.payloadBytes {
            return .payloadTooLarge(byteCount: byteCount, limit: limits.payloadBytes)
        }
        if append.expirySeconds <= nowSeconds { return .expired }
        let held = queues[append.recipient]
        if held?.contains(append.id) == true { return .duplicate }
        if tombstones.find(append.key, nowSeconds: nowSeconds) != nil { return .removedBefore }
        let broken = limits.quotaBroken(
            by: byteCount, heldMessages: held?.count ?? 0, heldBytes: held?.byteCount ?? 0)
        if let broken { return .recipientFull(broken) }
        return insert(append, byteCount: byteCount)
    }

    private mutating func insert(_ append: QueueAppend, byteCount: Int) -> QueueOutcome {
        let sequence = nextSequence
        nextSequence += 1
        if queues[append.recipient] == nil {
            queues[append.recipient] = MemoryQueue(place: takePlace(for: append.recipient))
            totals.recipients += 1
        }
        let payload = append.payload.withPayloadBytes { Array($0) }
        queues[append.recipient]?.append(
            MemoryEntry(id: append.id, sequence: sequence, expirySeconds: append.expirySeconds, payload: payload))
        totals.messages += 1
        totals.bytes += byteCount
        return .stored(sequence: sequence)
    }

    private mutating func remove(_ removal: QueueRemoval, nowSeconds: UInt32) -> QueueOutcome {
        guard queues[removal.recipient]?.contains(removal.id) == true else {
            return remember(removal, nowSeconds: nowSeconds)
        }
        drop(removal.key)
        tombstones.insert(removal.tombstone)
        return .removed
    }

    private mutating func remember(_ removal: QueueRemoval, nowSeconds: UInt32) -> QueueOutcome {
        if tombstones.find(removal.key, nowSeconds: nowSeconds) != nil { return .removedBefore }
        guard removal.keepUntilSeconds > nowSeconds else { return .notHeld }
        tombstones.insert(removal.tombstone)
        return .remembered
    }

    private mutating func release(_ key: QueueKey) -> QueueOutcome {
        guard queues[key.recipient]?.contains(key.id) == true else { return .notHeld }
        drop(key)
        return .released
    }

    private mutating func drop(_ key: QueueKey) {
        totals.messages -= 1
        totals.bytes -= queues[key.recipient]?.entry(key.id)?.payload.count ?? 0
        queues[key.recipient]?.remove(key.id)
        guard let queue = queues[key.recipient], queue.count == 0 else { return }
        queues[key.recipient] = nil
        totals.recipients -= 1
        places[queue.place] = nil
        freePlaces.append(queue.place)
    }

    private mutating func takePlace(for recipient: QueueRecipient) -> Int {
        if let place = freePlaces.popLast() {
            places[place] = recipient
            return place
        }
        places.append(recipient)
        return places.count - 1
    }

    /// The oldest messages of a recipient behind a sequence. Never throws.
    public func fetch(_ fetch: QueueFetch) throws(QueueError) -> QueuePage {
        queues[fetch.recipient]?.page(fetch)
            ?? QueuePage(items: [], bytes: [UInt8](), lastSequence: fetch.afterSequence, hasMore: false)
    }

    /// Drops what has expired, up to the bound of a call. Never throws.
    public mutating func expire(nowSeconds: UInt32) throws(QueueError) -> QueueExpiry {
        var due: [QueueKey] = []
        search: for (recipient, queue) in queues {
            for entry in queue.held where entry.expirySeconds <= nowSeconds {
                if due.count == QueueBounds.expiredPerCall { break search }
                due.append(QueueKey(recipient: recipient, id: entry.id))
            }
        }
        for key in due { drop(key) }
        tombstones.forget(nowSeconds: nowSeconds)
        return QueueExpiry(messages: due.count, isComplete: due.count < QueueBounds.expiredPerCall)
    }

    /// What is held for one recipient.
    public func totals(of recipient: QueueRecipient) -> QueueTotals {
        guard let queue = queues[recipient] else { return QueueTotals() }
        return QueueTotals(recipients: 1, messages: queue.count, bytes: queue.byteCount)
    }

    /// Recipients that have messages, at most `maxCount` from `cursor` on.
    public func recipients(from cursor: QueueRecipientCursor, maxCount: Int) -> QueueRecipientPage {
        var page = QueueRecipientPage(recipients: [], next: nil)
        for place in places.indices.dropFirst(cursor.position) {
            guard page.recipients.count < maxCount else {
                page.next = QueueRecipientCursor(position: place)
                break
            }
            guard let recipient = places[place], let queue = queues[recipient] else { continue }
            page.recipients.append(
                QueueRecipientTotals(recipient: recipient, messages: queue.count, bytes: queue.byteCount))
        }
        return page
    }
}

extension MemoryQueueStore {
    /// What is known of each key. Never throws.
    public func lookup(_ keys: [QueueKey], nowSeconds: UInt32) throws(QueueError) -> [QueueLookup] {
        keys.map { key in
            if let entry = queues[key.recipient]?.entry(key.id) {
                return .held(
                    sequence: entry.sequence, expirySeconds: entry.expirySeconds, byteCount: entry.payload.count,
                    isHandedOut: entry.isHandedOut)
            }
            guard let tombstone = tombstones.find(key, nowSeconds: nowSeconds) else { return .unknown }
            return .removed(proof: tombstone.proof, keepUntilSeconds: tombstone.keepUntilSeconds)
        }
    }

    /// The messages of `keys` that are held. Never throws.
    public func fetch(keys: [QueueKey], maxBytes: Int) throws(QueueError) -> QueuePage {
        var page = MemoryPage(lastSequence: 0)
        for key in keys {
            if let entry = queues[key.recipient]?.entry(key.id) {
                let isFull = page.items.count == QueueBounds.fetchItems
                guard !isFull, page.add(entry, of: key.recipient, maxBytes: maxBytes) else {
                    page.hasMore = true
                    break
                }
            }
            page.examined += 1
        }
        return page.finished
    }

    /// A recipient's messages behind a sequence, in order of arrival.
    public func list(_ recipient: QueueRecipient, afterSequence: UInt64, maxCount: Int) -> QueueListing {
        var listing = QueueListing(entries: [], hasMore: false)
        guard let queue = queues[recipient] else { return listing }
        for entry in queue.entries(after: afterSequence) {
            guard listing.entries.count < min(maxCount, QueueBounds.fetchItems) else {
                listing.hasMore = true
                break
            }
            listing.entries.append(
                QueueListEntry(
                    id: entry.id, sequence: entry.sequence, expirySeconds: entry.expirySeconds,
                    byteCount: entry.payload.count))
        }
        return listing
    }

    /// A digest of the ids held for a recipient.
    public func digest(of recipient: QueueRecipient, key: UInt64, expiringAfterSeconds: UInt32) -> QueueDigest {
        var digest = QueueDigest()
        guard let queue = queues[recipient] else { return digest }
        for entry in queue.held where entry.expirySeconds > expiringAfterSeconds { digest.add(entry.id, key: key) }
        return digest
    }

    /// Messages that were removed and are remembered, in the order of their keys. Never throws.
    public func tombstones(
        from cursor: QueueTombstoneCursor, maxCount: Int, nowSeconds: UInt32
    ) throws(QueueError) -> QueueTombstonePage {
        tombstones.page(from: cursor, maxCount: maxCount, nowSeconds: nowSeconds)
    }

    /// Marks messages as handed out.
    public mutating func markHandedOut(_ keys: [QueueKey]) {
        for key in keys { queues[key.recipient]?.markHandedOut(key.id) }
    }
}

extension QueueAppend {
    var key: QueueKey { QueueKey(recipient: recipient, id: id) }
}

extension QueueRemoval {
    var key: QueueKey { QueueKey(recipient: recipient, id: id) }

    var tombstone: QueueTombstone { QueueTombstone(key: key, proof: proof, keepUntilSeconds: keepUntilSeconds) }
}
