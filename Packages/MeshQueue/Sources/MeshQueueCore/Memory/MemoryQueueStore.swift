/// Queues in memory, for tests, simulations and nodes that may forget.
///
/// A plain value, written for clarity: it is what the durable store is compared with. Copying it is a snapshot.
public struct MemoryQueueStore: QueueStore, Sendable {
    private let limits: QueueLimits
    private let proofPrefixBytes: Int
    private let proofCheck: ProofCheck
    private var queues: [QueueRecipient: MemoryQueue] = [:]
    /// Recipients by place, so that a walk over them survives changes; nil where one left.
    private var places: [QueueRecipient?] = []
    private var freePlaces: [Int] = []
    private var tombstones = MemoryTombstones()
    private var nextSequence: UInt64 = 1

    /// What is held in all.
    public private(set) var totals = QueueTotals()

    /// An empty store.
    ///
    /// - Parameters:
    ///   - limits: What is admitted.
    ///   - proofPrefixBytes: How many first bytes of a payload the check is shown.
    ///   - proofCheck: Decides about removals.
    public init(
        limits: QueueLimits = QueueLimits(),
        proofPrefixBytes: Int = QueueBounds.defaultProofPrefixBytes,
        proofCheck: @escaping ProofCheck
    ) {
        self.limits = limits
        self.proofPrefixBytes = proofPrefixBytes
        self.proofCheck = proofCheck
    }

    /// Performs `operations` in order. Never throws.
    public mutating func commit(
        _ operations: [QueueOperation], nowSeconds: UInt32
    ) throws(QueueError) -> [QueueOutcome] {
        var outcomes: [QueueOutcome] = []
        outcomes.reserveCapacity(operations.count)
        var appendedHere: [MemoryKey: Int] = [:]
        for (index, operation) in operations.enumerated() {
            switch operation {
            case .append(let append):
                let outcome = self.append(append, nowSeconds: nowSeconds)
                outcomes.append(outcome)
                if case .stored = outcome { appendedHere[append.key] = index }
            case .remove(let removal):
                let outcome = remove(removal)
                outcomes.append(outcome)
                if outcome == .removed, let appended = appendedHere.removeValue(forKey: removal.key) {
                    outcomes[appended] = .storedAndRemoved
                }
            }
        }
        return outcomes
    }

    private mutating func append(_ append: QueueAppend, nowSeconds: UInt32) -> QueueOutcome {
        let byteCount = append.payload.byteCount
        if byteCount > limits.payloadBytes {
            return .payloadTooLarge(byteCount: byteCount, limit: limits.payloadBytes)
        }
        if append.expirySeconds <= nowSeconds { return .expired }
        let held = queues[append.recipient]
        if held?.contains(append.id) == true { return .duplicate }
        if tombstones.contains(append.key, nowSeconds: nowSeconds) { return .removedBefore }
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

    private mutating func remove(_ removal: QueueRemoval) -> QueueOutcome {
        guard let payload = queues[removal.recipient]?.payload(of: removal.id) else { return .notHeld }
        let allowed = payload.withUnsafeBytes { bytes in
            let prefix = UnsafeRawBufferPointer(rebasing: bytes[..<min(proofPrefixBytes, bytes.count)])
            return removal.proof.withUnsafeBytes { proofCheck($0, prefix, removal.recipient, removal.id) }
        }
        guard allowed else { return .proofRefused }
        drop(removal.id, of: removal.recipient, byteCount: payload.count)
        tombstones.insert(removal.key, proof: removal.proof, keepUntilSeconds: removal.keepUntilSeconds)
        return .removed
    }

    private mutating func drop(_ id: QueueItemID, of recipient: QueueRecipient, byteCount: Int) {
        queues[recipient]?.remove(id)
        totals.messages -= 1
        totals.bytes -= byteCount
        guard let queue = queues[recipient], queue.count == 0 else { return }
        queues[recipient] = nil
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
            ?? QueuePage(items: [], bytes: [], lastSequence: fetch.afterSequence, hasMore: false)
    }

    /// Drops what has expired, up to the bound of a call. Never throws.
    public mutating func expire(nowSeconds: UInt32) throws(QueueError) -> QueueExpiry {
        var due: [(QueueRecipient, MemoryEntry)] = []
        search: for (recipient, queue) in queues {
            for entry in queue.held where entry.expirySeconds <= nowSeconds {
                if due.count == QueueBounds.expiredPerCall { break search }
                due.append((recipient, entry))
            }
        }
        for (recipient, entry) in due { drop(entry.id, of: recipient, byteCount: entry.payload.count) }
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
