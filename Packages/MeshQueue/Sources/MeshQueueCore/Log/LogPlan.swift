/// What a batch will do, worked out before anything is changed.
///
/// Operations see those before them in the batch: an id appended twice, an append and its removal, a quota used up.
/// Memory isn't touched; if the commit fails, the plan is forgotten and nothing has happened.
///
/// Used by the writer alone, so its fields go without the run-time check of exclusive access.
final class LogPlan {
    /// An append that is accepted.
    struct Append {
        var submission: Int
        var operation: Int
        var entry: LogEntry
        var recipientHash: UInt64
        var fingerprint: Fingerprint
        /// Taken out within the same batch: not to be written.
        var isCancelled = false
    }

    /// How a recipient's queue changes.
    private struct Delta {
        let recipient: QueueRecipient
        var messages = 0
        var bytes = 0
    }

    let options: LogOptions
    let memory: LogMemory
    private let gate: any LogGate
    private let runReader: RunReader

    /// One array per submission, one outcome per operation.
    @exclusivity(unchecked) var outcomes: [[QueueOutcome]] = []
    @exclusivity(unchecked) private(set) var appends: ContiguousArray<Append> = []
    /// Slots of messages that are taken out.
    @exclusivity(unchecked) private(set) var removedSlots: ContiguousArray<UInt32> = []
    @exclusivity(unchecked) private(set) var removals: ContiguousArray<LogRemoval> = []
    /// The fingerprint of each removal.
    @exclusivity(unchecked) private(set) var fingerprints: ContiguousArray<Fingerprint> = []
    @exclusivity(unchecked) private(set) var nextSequence: UInt64 = 1

    @exclusivity(unchecked) private var appendsByKey = BatchMap()
    @exclusivity(unchecked) private var removalsByKey = BatchMap()
    @exclusivity(unchecked) private var removedBySlot = BatchMap()
    @exclusivity(unchecked) private var deltasByRecipient = BatchMap()
    @exclusivity(unchecked) private var deltas: ContiguousArray<Delta> = []

    init(options: LogOptions, memory: LogMemory, gate: any LogGate, disk: any Disk, damage: RunDamage) {
        self.options = options
        self.memory = memory
        self.gate = gate
        runReader = RunReader(disk, damage: damage)
    }

    /// Whether there is anything to be written.
    var isEmpty: Bool { removals.isEmpty && appends.isEmpty }

    /// Works out what `submissions` do.
    func evaluate(_ submissions: [LogSubmission], nextSequence: UInt64) throws(QueueError) {
        clear(nextSequence: nextSequence)
        for (number, submission) in submissions.enumerated() {
            outcomes.append([])
            outcomes[number].reserveCapacity(submission.operations.count)
            for (place, operation) in submission.operations.enumerated() {
                let outcome =
                    switch operation {
                    case .append(let append):
                        try evaluate(append, submission: number, operation: place, nowSeconds: submission.nowSeconds)
                    case .remove(let removal):
                        try evaluate(removal, nowSeconds: submission.nowSeconds)
                    case .release(let key): evaluate(key)
                    }
                outcomes[number].append(outcome)
            }
        }
    }

    /// Works out that the messages in these slots are dropped.
    func evaluate(dropping slots: ContiguousArray<UInt32>, nextSequence: UInt64) {
        clear(nextSequence: nextSequence)
        for slot in slots {
            let key = memory.index.key(ofSlot: slot)
            take(slot)
            add(LogRemoval(key: key, tombstone: nil), memory.index.seed.fingerprint(key.recipient, key.id))
        }
    }

    private func clear(nextSequence: UInt64) {
        self.nextSequence = nextSequence
        outcomes.removeAll(keepingCapacity: true)
        appends.removeAll(keepingCapacity: true)
        removedSlots.removeAll(keepingCapacity: true)
        removals.removeAll(keepingCapacity: true)
        fingerprints.removeAll(keepingCapacity: true)
        appendsByKey.removeAll()
        removalsByKey.removeAll()
        removedBySlot.removeAll()
        deltasByRecipient.removeAll()
        deltas.removeAll(keepingCapacity: true)
    }
}

// MARK: Appends

extension LogPlan {
    private func evaluate(
        _ append: QueueAppend, submission: Int, operation: Int, nowSeconds: UInt32
    ) throws(QueueError) -> QueueOutcome {
        let byteCount = append.payload.byteCount
        let limit = options.limits.payloadBytes
        if byteCount > limit { return .payloadTooLarge(byteCount: byteCount, limit: limit) }
        if append.expirySeconds <= nowSeconds { return .expired }
        let key = append.key
        let hash = memory.index.seed.hash(key.recipient)
        let fingerprint = memory.index.seed.fingerprint(recipientHash: hash, id: key.id)
        if let refusal = try refusal(key, hash, fingerprint, nowSeconds: nowSeconds) { return refusal }
        if let quota = quotaBroken(by: byteCount, recipient: key.recipient, hash: hash) {
            return .recipientFull(quota)
        }
        let sequence = nextSequence
        nextSequence += 1
        count(key.recipient, hash: hash, messages: 1, bytes: byteCount)
        appendsByKey.insert(fingerprint.mixed, UInt32(appends.count))
        appends.append(
            Append(
                submission: submission, operation: operation,
                entry: LogEntry(
                    key: key, sequence: sequence, expirySeconds: append.expirySeconds, length: UInt16(byteCount)),
                recipientHash: hash, fingerprint: fingerprint))
        return .stored(sequence: sequence)
    }

    /// Why this id can't be taken now; nil if it can. A held copy that can't be read is given up for the new one.
    private func refusal(
        _ key: QueueKey, _ hash: UInt64, _ fingerprint: Fingerprint, nowSeconds: UInt32
    ) throws(QueueError) -> QueueOutcome? {
        if appended(key, fingerprint) != nil { return .duplicate }
        if let slot = held(key, fingerprint) {
            guard isDamaged(slot) else { return .duplicate }
            take(slot, recipientHash: hash)
            add(LogRemoval(key: key, tombstone: nil), fingerprint)
            return nil
        }
        return try isRemembered(key, fingerprint, nowSeconds: nowSeconds) ? .removedBefore : nil
    }
}

// MARK: Removals

extension LogPlan {
    private func evaluate(
        _ removal: QueueRemoval, nowSeconds: UInt32
    ) throws(QueueError) -> QueueOutcome {
        let key = removal.key
        let hash = memory.index.seed.hash(key.recipient)
        let fingerprint = memory.index.seed.fingerprint(recipientHash: hash, id: key.id)
        if let number = appended(key, fingerprint) {
            cancel(number)
            outcomes[appends[number].submission][appends[number].operation] = .storedAndRemoved
            add(removal.logged(nowSeconds: nowSeconds), fingerprint)
            return .removed
        }
        guard let slot = held(key, fingerprint) else {
            return try remember(removal, fingerprint, nowSeconds: nowSeconds)
        }
        take(slot, recipientHash: hash)
        add(removal.logged(nowSeconds: nowSeconds), fingerprint)
        return .removed
    }

    /// Removes what isn't held: from now on it isn't taken.
    private func remember(
        _ removal: QueueRemoval, _ fingerprint: Fingerprint, nowSeconds: UInt32
    ) throws(QueueError) -> QueueOutcome {
        if try isRemembered(removal.key, fingerprint, nowSeconds: nowSeconds) { return .removedBefore }
        guard removal.keepUntilSeconds > nowSeconds else { return .notHeld }
        add(removal.logged(nowSeconds: nowSeconds), fingerprint)
        return .remembered
    }

    private func evaluate(_ key: QueueKey) -> QueueOutcome {
        let hash = memory.index.seed.hash(key.recipient)
        let fingerprint = memory.index.seed.fingerprint(recipientHash: hash, id: key.id)
        if let number = appended(key, fingerprint) {
            cancel(number)
            return .released
        }
        guard let slot = held(key, fingerprint) else { return .notHeld }
        take(slot, recipientHash: hash)
        add(LogRemoval(key: key, tombstone: nil), fingerprint)
        return .released
    }

    /// Takes back an append of this batch: it needn't be written.
    private func cancel(_ number: Int) {
        appends[number].isCancelled = true
        let entry = appends[number].entry
        count(
            entry.key.recipient, hash: appends[number].recipientHash, messages: -1, bytes: -Int(entry.length))
    }

    /// The payload of an accepted append.
    func source(of number: Int, in submissions: [LogSubmission]) -> any QueuePayload {
        let append = appends[number]
        guard case .append(let source) = submissions[append.submission].operations[append.operation] else {
            preconditionFailure("an append that is none")
        }
        return source.payload
    }
}

// MARK: What the batch did so far

extension LogPlan {
    /// The append of this message in this batch, unless it was taken back.
    private func appended(_ key: QueueKey, _ fingerprint: Fingerprint) -> Int? {
        appendsByKey.first(fingerprint.mixed) { number in
            let append = appends[Int(number)]
            return !append.isCancelled && append.entry.key == key
        }.map(Int.init)
    }

    /// The slot of this message, if it is held and wasn't taken out in this batch.
    private func held(_ key: QueueKey, _ fingerprint: Fingerprint) -> UInt32? {
        guard let slot = memory.index.find(key, fingerprint) else { return nil }
        return removedBySlot.first(Fingerprint(raw: UInt64(slot)).mixed) { $0 == slot } == nil ? slot : nil
    }

    private func isDamaged(_ slot: UInt32) -> Bool {
        var isDamaged = false
        // Readers note damage.
        gate.change { isDamaged = memory.isDamaged(memory.index.slot(slot)) }
        return isDamaged
    }

    private func isRemembered(
        _ key: QueueKey, _ fingerprint: Fingerprint, nowSeconds: UInt32
    ) throws(QueueError) -> Bool {
        let here = removalsByKey.first(fingerprint.mixed) { number in
            let removal = removals[Int(number)]
            return removal.key == key && removal.keepUntilSeconds > nowSeconds
        }
        if here != nil || memory.recentTombstone(key, fingerprint, nowSeconds: nowSeconds) != nil { return true }
        let candidates = memory.candidates(fingerprint)
        if candidates.isEmpty { return false }
        return try runReader.find(key, fingerprint, in: candidates, nowSeconds: nowSeconds) != nil
    }

    private func take(_ slot: UInt32) {
        removedBySlot.insert(Fingerprint(raw: UInt64(slot)).mixed, slot)
        removedSlots.append(slot)
    }

    private func take(_ slot: UInt32, recipientHash: UInt64) {
        take(slot)
        let recipient = memory.index.key(ofSlot: slot).recipient
        count(recipient, hash: recipientHash, messages: -1, bytes: -memory.index.slot(slot).length)
    }

    private func add(_ removal: LogRemoval, _ fingerprint: Fingerprint) {
        removalsByKey.insert(fingerprint.mixed, UInt32(removals.count))
        removals.append(removal)
        fingerprints.append(fingerprint)
    }

    /// The change of a recipient's queue so far, as a place in `deltas`.
    private func delta(of recipient: QueueRecipient, hash: UInt64) -> Int {
        if let found = deltasByRecipient.first(hash, where: { deltas[Int($0)].recipient == recipient }) {
            return Int(found)
        }
        deltasByRecipient.insert(hash, UInt32(deltas.count))
        deltas.append(Delta(recipient: recipient))
        return deltas.count - 1
    }

    /// Notes that a queue gains or loses messages.
    private func count(_ recipient: QueueRecipient, hash: UInt64, messages: Int, bytes: Int) {
        let place = delta(of: recipient, hash: hash)
        deltas[place].messages += messages
        deltas[place].bytes += bytes
    }

    /// The quota that one more message would break.
    private func quotaBroken(by byteCount: Int, recipient: QueueRecipient, hash: UInt64) -> QueueQuota? {
        let number = memory.index.recipient(recipient, hash: hash)
        let held = number.map { memory.index.totals(ofRecipient: $0) } ?? QueueTotals()
        let delta = deltas[delta(of: recipient, hash: hash)]
        return options.limits.quotaBroken(
            by: byteCount, heldMessages: held.messages + delta.messages, heldBytes: held.bytes + delta.bytes)
    }
}

extension QueueRemoval {
    /// The same as the log has it: what is past at once isn't remembered.
    func logged(nowSeconds: UInt32) -> LogRemoval {
        let tombstone = LogRemoval.Tombstone(proof: proof, keepUntilSeconds: keepUntilSeconds)
        return LogRemoval(key: key, tombstone: keepUntilSeconds > nowSeconds ? tombstone : nil)
    }
}
