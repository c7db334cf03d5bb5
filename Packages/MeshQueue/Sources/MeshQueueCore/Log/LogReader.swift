/// The reading half of a log: notes under the gate where messages lie, then reads them from the disk without it. One
/// round at a time; beside the writer, on any thread.
///
/// Files that a reader noted stay until it is done (`LogGate.mayRelease`).
package final class LogReader {
    private let disk: any Disk
    private let memory: LogMemory
    private let report: QueueReportHandler
    private let damage: RunDamage
    private let runReader: RunReader
    /// Where the last fetch of a recipient ended, so that the next page needn't walk the queue.
    private var cursors: ContiguousArray<UInt32>

    private static let cursorCount = 1_024

    package init(disk: any Disk, memory: LogMemory, report: @escaping QueueReportHandler) {
        self.disk = disk
        self.memory = memory
        self.report = report
        damage = RunDamage(report)
        runReader = RunReader(disk, damage: damage)
        cursors = ContiguousArray(repeating: noIndex, count: Self.cursorCount)
    }

    /// Where a message to be read lies.
    fileprivate struct Wanted {
        let recipient: QueueRecipient
        let id: QueueItemID
        let sequence: UInt64
        let expirySeconds: UInt32
        let length: Int
        let offset: Int
        let file: DiskFile
        let segment: UInt64
    }

    /// The messages of one fetch.
    package struct FetchPlan {
        private(set) fileprivate var wanted: ContiguousArray<Wanted> = []
        fileprivate var lastSequence: UInt64
        fileprivate var examined = 0
        fileprivate var hasMore = false
        fileprivate var byteCount = 0

        /// How many messages there are.
        package var count: Int { wanted.count }

        fileprivate init(after sequence: UInt64) { lastSequence = sequence }

        /// Adds a message; false if the page has no room for it.
        fileprivate mutating func add(_ message: Wanted, maxBytes: Int) -> Bool {
            let limit = min(maxBytes, QueueBounds.fetchBytes)
            guard wanted.isEmpty || byteCount + message.length <= limit else { return false }
            byteCount += message.length
            wanted.append(message)
            return true
        }
    }
}

// MARK: Under the gate

extension LogReader {
    /// Notes where the messages of a fetch lie.
    package func look(_ fetch: QueueFetch) -> FetchPlan {
        var plan = FetchPlan(after: fetch.afterSequence)
        let hash = memory.index.seed.hash(fetch.recipient)
        guard let recipient = memory.index.recipient(fetch.recipient, hash: hash) else { return plan }
        let maxCount = min(fetch.maxCount, QueueBounds.fetchItems)
        var number = start(of: fetch, recipient: recipient)
        while number != noIndex {
            let message = wanted(number, of: fetch.recipient)
            guard plan.count < maxCount, plan.add(message, maxBytes: fetch.maxBytes) else {
                plan.hasMore = true
                break
            }
            plan.lastSequence = message.sequence
            plan.examined += 1
            cursors[Int(recipient) & (Self.cursorCount - 1)] = number
            number = memory.index.next(after: number)
        }
        return plan
    }

    /// Notes where messages lie by their keys.
    package func look(keys: [QueueKey], maxBytes: Int) -> FetchPlan {
        var plan = FetchPlan(after: 0)
        for key in keys {
            if let number = find(key) {
                let message = wanted(number, of: key.recipient)
                guard plan.count < QueueBounds.fetchItems, plan.add(message, maxBytes: maxBytes) else {
                    plan.hasMore = true
                    break
                }
            }
            plan.examined += 1
        }
        return plan
    }

    private func find(_ key: QueueKey) -> UInt32? {
        memory.index.find(key, memory.index.seed.fingerprint(key.recipient, key.id))
    }

    private func wanted(_ number: UInt32, of recipient: QueueRecipient) -> Wanted {
        let slot = memory.index.slot(number)
        let place = slot.place
        return Wanted(
            recipient: recipient, id: slot.id, sequence: slot.sequence, expirySeconds: slot.expirySeconds,
            length: place.length, offset: place.offset, file: memory.index.segments[slot.segment].file,
            segment: memory.index.segments[slot.segment].number)
    }

    private func start(of fetch: QueueFetch, recipient: UInt32) -> UInt32 {
        let last = cursors[Int(recipient) & (Self.cursorCount - 1)]
        if last != noIndex, memory.index.isHeld(last) {
            let slot = memory.index.slot(last)
            if slot.recipient == recipient, slot.sequence == fetch.afterSequence {
                return memory.index.next(after: last)
            }
        }
        return memory.index.first(ofRecipient: recipient, after: fetch.afterSequence)
    }

    /// A recipient's messages behind a sequence, without those found unreadable.
    package func list(_ recipient: QueueRecipient, afterSequence: UInt64, maxCount: Int) -> QueueListing {
        var listing = QueueListing(entries: [], hasMore: false)
        let hash = memory.index.seed.hash(recipient)
        guard let number = memory.index.recipient(recipient, hash: hash) else { return listing }
        var next = memory.index.first(ofRecipient: number, after: afterSequence)
        while next != noIndex {
            guard listing.entries.count < min(maxCount, QueueBounds.fetchItems) else {
                listing.hasMore = true
                break
            }
            let slot = memory.index.slot(next)
            next = memory.index.next(after: next)
            if memory.isDamaged(slot) { continue }
            listing.entries.append(
                QueueListEntry(
                    id: slot.id, sequence: slot.sequence, expirySeconds: slot.expirySeconds, byteCount: slot.length))
        }
        return listing
    }

    /// A digest of the ids held for a recipient, without those found unreadable.
    package func digest(of recipient: QueueRecipient, key: UInt64, expiringAfterSeconds: UInt32) -> QueueDigest {
        var digest = QueueDigest()
        let hash = memory.index.seed.hash(recipient)
        guard let number = memory.index.recipient(recipient, hash: hash) else { return digest }
        var next = memory.index.first(ofRecipient: number, after: 0)
        while next != noIndex {
            let slot = memory.index.slot(next)
            if slot.expirySeconds > expiringAfterSeconds, !memory.isDamaged(slot) { digest.add(slot.id, key: key) }
            next = memory.index.next(after: next)
        }
        return digest
    }

    /// What is held for a recipient.
    package func totals(of recipient: QueueRecipient) -> QueueTotals {
        let number = memory.index.recipient(recipient, hash: memory.index.seed.hash(recipient))
        return number.map { memory.index.totals(ofRecipient: $0) } ?? QueueTotals()
    }

    /// Notes which messages of a page could be read and which couldn't; returns the damage that is news, to be reported.
    package func note(_ page: QueuePage) -> [QueueDamage] { memory.note(page) }

    /// Marks messages as handed out.
    package func markHandedOut(_ keys: [QueueKey]) {
        for key in keys { if let slot = find(key) { memory.markHandedOut(slot) } }
    }
}

// MARK: The disk

extension LogReader {
    /// Tells of damage.
    package func tell(_ damages: [QueueDamage]) { for damage in damages { report(.damaged(damage)) } }

    /// Reads the messages of a fetch, each record where it is to stay. What the disk doesn't give, or gives as something
    /// else, is damage of that message: the others come. The page is to be noted (`note`), and what is news told.
    package func readPage(_ plan: FetchPlan, into kind: any QueuePageBytes.Type = [UInt8].self) -> QueuePage {
        var found = Found()
        found.items.reserveCapacity(plan.wanted.count)
        let byteCount = plan.wanted.reduce(0) { $0 + LogRecord.headerByteCount + $1.length }
        let bytes = kind.make(byteCount: byteCount) { target in
            var start = 0
            for message in plan.wanted {
                let end = start + LogRecord.headerByteCount + message.length
                read(message, into: UnsafeMutableRawBufferPointer(rebasing: target[start..<end]), at: start, &found)
                start = end
            }
        }
        return QueuePage(
            items: found.items, bytes: bytes, damaged: found.damaged, lastSequence: plan.lastSequence,
            examined: plan.examined, hasMore: plan.hasMore)
    }

    private struct Found {
        var items: [QueueItem] = []
        var damaged: [QueueDamage] = []
    }

    private func read(
        _ message: Wanted, into record: UnsafeMutableRawBufferPointer, at start: Int, _ found: inout Found
    ) {
        var count = 0
        var problem = "its bytes don't fit their checksum"
        do throws(DiskError) {
            count = try disk.readBytes(into: record, from: message.file, at: message.offset)
        } catch {
            problem = "\(error)"
        }
        let bytes = UnsafeRawBufferPointer(record)
        if count == record.count, LogRecord.isIntact(bytes, length: message.length, sequence: message.sequence) {
            let payload = start + LogRecord.headerByteCount
            found.items.append(
                QueueItem(
                    recipient: message.recipient, id: message.id, sequence: message.sequence,
                    expirySeconds: message.expirySeconds, range: payload..<payload + message.length))
            return
        }
        record.initializeMemory(as: UInt8.self, repeating: 0)
        found.damaged.append(
            QueueDamage(
                recipient: message.recipient, sequence: message.sequence, id: message.id,
                detail: "\(problem) (\(SegmentRecord.name(message.segment)))"))
    }
}

// MARK: Removed ids

extension LogReader {
    /// Answers to a look-up, as far as memory knows them.
    package struct LookupPlan {
        fileprivate var answers: [QueueLookup]
        /// Which answers runs may change, and which runs.
        fileprivate var open: [(place: Int, key: QueueKey, fingerprint: Fingerprint, runs: [TombstoneRun])] = []
        fileprivate let nowSeconds: UInt32
    }

    /// Under the gate: what memory knows of some keys.
    package func look(up keys: [QueueKey], nowSeconds: UInt32) -> LookupPlan {
        var plan = LookupPlan(answers: [], nowSeconds: nowSeconds)
        plan.answers.reserveCapacity(keys.count)
        for key in keys {
            let fingerprint = memory.index.seed.fingerprint(key.recipient, key.id)
            if let number = memory.index.find(key, fingerprint) {
                plan.answers.append(lookup(ofSlot: number))
            } else if let known = memory.recentTombstone(key, fingerprint, nowSeconds: nowSeconds) {
                plan.answers.append(.removed(proof: known.proof, keepUntilSeconds: known.keepUntilSeconds))
            } else {
                let runs = memory.candidates(fingerprint)
                if !runs.isEmpty { plan.open.append((plan.answers.count, key, fingerprint, runs)) }
                plan.answers.append(.unknown)
            }
        }
        return plan
    }

    private func lookup(ofSlot number: UInt32) -> QueueLookup {
        let slot = memory.index.slot(number)
        if memory.isDamaged(slot) { return .unreadable }
        return .held(
            sequence: slot.sequence, expirySeconds: slot.expirySeconds, byteCount: slot.length,
            isHandedOut: memory.isHandedOut(number))
    }

    /// Without the gate: asks the runs about the rest.
    package func answers(_ plan: LookupPlan) throws(QueueError) -> [QueueLookup] {
        var answers = plan.answers
        for question in plan.open {
            let found = try runReader.find(
                question.key, question.fingerprint, in: question.runs, nowSeconds: plan.nowSeconds)
            guard let found else { continue }
            answers[question.place] = .removed(proof: found.proof, keepUntilSeconds: found.keepUntilSeconds)
        }
        return answers
    }

    /// Part of a walk over all removed ids, as far as memory knows it.
    package struct WalkPlan {
        fileprivate let start: TombstoneOrder?
        fileprivate let cursor: QueueTombstoneCursor
        fileprivate var recent: [TombstoneArena.Entry] = []
        fileprivate let runs: [TombstoneRun]
        fileprivate let seed: QueueSeed
        fileprivate let maxCount: Int
        fileprivate let nowSeconds: UInt32
    }

    /// Under the gate: begins a part of a walk over all removed ids.
    package func look(from cursor: QueueTombstoneCursor, maxCount: Int, nowSeconds: UInt32) -> WalkPlan {
        let seed = memory.index.seed
        let start = cursor.last.map { TombstoneOrder(raw: seed.fingerprint($0.recipient, $0.id).raw, key: $0) }
        let count = max(0, min(maxCount, QueueBounds.fetchItems))
        var plan = WalkPlan(
            start: start, cursor: cursor, runs: memory.runs, seed: seed, maxCount: count, nowSeconds: nowSeconds)
        plan.recent = Self.entries(of: memory.recent, after: start, count: count + 1, nowSeconds: nowSeconds)
        plan.recent += Self.entries(of: memory.frozen, after: start, count: count + 1, nowSeconds: nowSeconds)
        plan.recent.sort { $0.order < $1.order }
        return plan
    }

    /// The first entries behind `start`: one more than asked for tells whether more follow.
    private static func entries(
        of arena: borrowing TombstoneArena, after start: TombstoneOrder?, count: Int, nowSeconds: UInt32
    ) -> [TombstoneArena.Entry] {
        var entries: [TombstoneArena.Entry] = []
        for place in arena.sorted(after: start) {
            let entry = arena.entry(at: place)
            if entry.removal.keepUntilSeconds > nowSeconds { entries.append(entry) }
            if entries.count == count { break }
        }
        return entries
    }

    /// Without the gate: reads the runs' part of a walk.
    package func tombstones(_ plan: WalkPlan) throws(QueueError) -> QueueTombstonePage {
        let cursors = try RunCursors(plan.runs, after: plan.start, seed: plan.seed, disk: disk, damage: damage)
        var page = QueueTombstonePage(tombstones: [], next: nil)
        var last = plan.cursor
        var recent = plan.recent[...]
        while true {
            let stored = try cursors.nextOrder()
            guard let order = [recent.first?.order, stored].compactMap({ $0 }).min() else { return page }
            guard page.tombstones.count < plan.maxCount else {
                page.next = last
                return page
            }
            var found: LogRemoval?
            while let entry = recent.first, entry.order == order {
                if entry.removal.keepUntilSeconds >= found?.keepUntilSeconds ?? 0 { found = entry.removal }
                recent.removeFirst()
            }
            if stored == order, let removal = try cursors.next()?.removal {
                if removal.keepUntilSeconds > found?.keepUntilSeconds ?? 0 { found = removal }
            }
            last = QueueTombstoneCursor(last: order.key)
            guard let tombstone = found?.tombstone, tombstone.keepUntilSeconds > plan.nowSeconds else { continue }
            page.tombstones.append(
                QueueTombstone(key: order.key, proof: tombstone.proof, keepUntilSeconds: tombstone.keepUntilSeconds))
        }
    }
}

extension TombstoneArena.Entry {
    /// Its place in walks and runs.
    package var order: TombstoneOrder { TombstoneOrder(raw: fingerprint.raw, key: removal.key) }
}
