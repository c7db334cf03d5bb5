import MeshQueueCore

/// What a batch will do, worked out before anything is changed.
///
/// Operations see those before them in the batch: an id appended twice, an append and its removal, a quota used up.
/// The index isn't touched; if the commit fails, the plan is forgotten and nothing has happened.
///
/// Used by the writer alone, so its fields go without the run-time check of exclusive access.
final class CommitPlan {
    /// An append that is accepted.
    struct Append {
        var submission: Int
        var operation: Int
        var recipient: QueueRecipient
        var id: QueueItemID
        var recipientHash: UInt64
        var fingerprint: Fingerprint
        var sequence: UInt64
        var expirySeconds: UInt32
        var length: UInt16
        /// Removed within the same batch: not to be written.
        var isCancelled = false
        var placement = ChunkBuilder.Placement()
    }

    /// How a recipient's queue changes.
    struct Delta {
        let recipient: QueueRecipient
        var messages = 0
        var bytes = 0
    }

    let context: StoreContext
    let lookup: RecordLookup
    let tombstoneTables: TombstoneTables

    /// One array per submission, one outcome per operation.
    @exclusivity(unchecked) var outcomes: [[QueueOutcome]] = []
    @exclusivity(unchecked) var appends: ContiguousArray<Append> = []
    /// Slots of messages that are taken out.
    @exclusivity(unchecked) private(set) var removedSlots: ContiguousArray<UInt32> = []
    @exclusivity(unchecked) var tombstones: ContiguousArray<Journal.Tombstone> = []
    @exclusivity(unchecked) var tombstoneFingerprints: ContiguousArray<Fingerprint> = []
    @exclusivity(unchecked) var nextSequence: UInt64 = 1

    @exclusivity(unchecked) private var appendsByKey = BatchMap()
    @exclusivity(unchecked) private var tombstonesByKey = BatchMap()
    @exclusivity(unchecked) private var removedBySlot = BatchMap()
    @exclusivity(unchecked) private var deltasByRecipient = BatchMap()
    @exclusivity(unchecked) private var deltas: ContiguousArray<Delta> = []

    init(context: StoreContext, lookup: RecordLookup, tombstoneTables: TombstoneTables) {
        self.context = context
        self.lookup = lookup
        self.tombstoneTables = tombstoneTables
    }

    /// Whether there is anything to be written.
    var isEmpty: Bool { appends.isEmpty && removedSlots.isEmpty && tombstones.isEmpty }

    /// Works out what `submissions` do to `index`.
    func evaluate(
        _ submissions: [Submission], nextSequence: UInt64, index: borrowing QueueIndex
    ) throws(QueueError) {
        clear(nextSequence: nextSequence)
        for (number, submission) in submissions.enumerated() {
            outcomes.append([])
            outcomes[number].reserveCapacity(submission.operations.count)
            for (place, operation) in submission.operations.enumerated() {
                let outcome: QueueOutcome
                switch operation {
                case .append(let append):
                    outcome = try evaluate(
                        append, submission: number, operation: place, nowSeconds: submission.nowSeconds, index: index)
                case .remove(let removal):
                    outcome = try evaluate(
                        removal, submissions: submissions, nowSeconds: submission.nowSeconds, index: index)
                case .release(let key):
                    outcome = try evaluate(key, index: index)
                }
                outcomes[number].append(outcome)
            }
        }
    }

    private func clear(nextSequence: UInt64) {
        self.nextSequence = nextSequence
        outcomes.removeAll(keepingCapacity: true)
        appends.removeAll(keepingCapacity: true)
        removedSlots.removeAll(keepingCapacity: true)
        tombstones.removeAll(keepingCapacity: true)
        tombstoneFingerprints.removeAll(keepingCapacity: true)
        appendsByKey.removeAll()
        tombstonesByKey.removeAll()
        removedBySlot.removeAll()
        deltasByRecipient.removeAll()
        deltas.removeAll(keepingCapacity: true)
    }
}

// MARK: What the batch did so far

extension CommitPlan {
    func add(_ append: Append) {
        appendsByKey.insert(append.fingerprint.mixed, UInt32(appends.count))
        appends.append(append)
    }

    /// The append of this message in this batch, unless it was cancelled.
    func appended(_ recipient: QueueRecipient, _ id: QueueItemID, _ fingerprint: Fingerprint) -> Int? {
        appendsByKey.first(fingerprint.mixed) { number in
            let append = appends[Int(number)]
            return !append.isCancelled && append.id == id && append.recipient == recipient
        }.map(Int.init)
    }

    func addRemoved(_ slot: UInt32) {
        removedBySlot.insert(Fingerprint(raw: UInt64(slot)).mixed, slot)
        removedSlots.append(slot)
    }

    /// Whether the message in this slot was taken out in this batch.
    func isRemoved(_ slot: UInt32) -> Bool {
        removedBySlot.first(Fingerprint(raw: UInt64(slot)).mixed) { $0 == slot } != nil
    }

    func add(_ tombstone: Journal.Tombstone, fingerprint: Fingerprint) {
        tombstonesByKey.insert(fingerprint.mixed, UInt32(tombstones.count))
        tombstones.append(tombstone)
        tombstoneFingerprints.append(fingerprint)
    }

    /// Whether this message was removed in this batch, and is to be remembered after `nowSeconds`.
    func isRemembered(
        _ recipient: QueueRecipient, _ id: QueueItemID, _ fingerprint: Fingerprint, nowSeconds: UInt32
    ) -> Bool {
        tombstonesByKey.first(fingerprint.mixed) { number in
            let tombstone = tombstones[Int(number)]
            return tombstone.id == id && tombstone.recipient == recipient && tombstone.keepUntilSeconds > nowSeconds
        } != nil
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
    func count(_ recipient: QueueRecipient, hash: UInt64, messages: Int, bytes: Int) {
        let place = delta(of: recipient, hash: hash)
        deltas[place].messages += messages
        deltas[place].bytes += bytes
    }

    /// The quota that one more message would break.
    func quotaBroken(
        by byteCount: Int, recipient: QueueRecipient, hash: UInt64, index: borrowing QueueIndex
    ) -> QueueQuota? {
        let held = index.recipient(recipient, hash: hash).map { index.totals(ofRecipient: $0) } ?? QueueTotals()
        let delta = deltas[delta(of: recipient, hash: hash)]
        return context.options.limits.quotaBroken(
            by: byteCount, heldMessages: held.messages + delta.messages, heldBytes: held.bytes + delta.bytes)
    }
}
