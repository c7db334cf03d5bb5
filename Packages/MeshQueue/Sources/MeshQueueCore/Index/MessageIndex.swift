/// Where every queued message lies, in memory: some 62 bytes a message (48 here, 10–15 in the map) and its share of the
/// recipient, so that no index on disk has to be kept up at every message.
///
/// Messages are slots in a pool, linked per recipient in order of arrival, found by recipient and id.
package struct MessageIndex: ~Copyable {
    var slots = Pool<Slot>()
    var recipients = Pool<RecipientRecord>()
    var slotMap = ShardedMap()
    var recipientMap = ShardedMap()
    package var segments = SegmentTable()
    package let seed: QueueSeed

    /// What is held in all.
    package private(set) var totals = QueueTotals()
    /// Bytes of the records of what is held.
    package private(set) var liveBytes = 0

    package init(seed: QueueSeed) { self.seed = seed }

    /// A message: 48 bytes.
    package struct Slot: PoolElement {
        package let id: QueueItemID
        /// The sequence above, the segment in the lowest two bytes.
        fileprivate var sequenceAndSegment: UInt64
        package fileprivate(set) var place: LogPlace
        fileprivate var next: UInt32
        fileprivate var previous: UInt32
        /// `noIndex` while the slot is free.
        package fileprivate(set) var recipient: UInt32
        package let expirySeconds: UInt32

        var nextFree: UInt32 {
            get { next }
            set { next = newValue }
        }

        package var sequence: UInt64 { sequenceAndSegment >> 16 }
        package var segment: UInt16 { UInt16(truncatingIfNeeded: sequenceAndSegment) }
        package var length: Int { place.length }
    }

    /// A recipient with at least one message: 56 bytes.
    struct RecipientRecord: PoolElement {
        var key: QueueRecipient
        var bytes: UInt64
        var head: UInt32
        var tail: UInt32
        var count: UInt32
        /// Set while loading, when a message came that doesn't belong at the end.
        var isUnordered: Bool
        /// False while the record is free.
        var isUsed: Bool

        var nextFree: UInt32 {
            get { head }
            set { head = newValue }
        }
    }

    /// 65,536 slots (3 MB): a store that fills and empties all day needn't allocate each time.
    private static let slotsKeptWhenEmpty: UInt32 = 65_536
}

// MARK: Messages

extension MessageIndex {
    /// The message in this slot, which must be in use.
    package func slot(_ number: UInt32) -> Slot { slots[number].pointee }

    /// Whether the message in this slot is held (slots are used again).
    package func isHeld(_ number: UInt32) -> Bool {
        number < slots.end && slots[number].pointee.recipient != noIndex
    }

    /// Slots ever handed out: a scan goes over 0..<slotEnd and asks `isHeld`.
    package var slotEnd: UInt32 { slots.end }

    /// The whole name of the message in a slot.
    package func key(ofSlot number: UInt32) -> QueueKey {
        let slot = slots[number]
        return QueueKey(recipient: recipients[slot.pointee.recipient].pointee.key, id: slot.pointee.id)
    }

    /// The slot of a message; nil if it isn't held.
    package func find(_ key: QueueKey, _ fingerprint: Fingerprint) -> UInt32? {
        var probe = slotMap.probe(fingerprint.mixed)
        while let number = slotMap.next(&probe) {
            let slot = slots[number]
            if slot.pointee.id == key.id, recipients[slot.pointee.recipient].pointee.key == key.recipient {
                return number
            }
        }
        return nil
    }

    /// Adds a message, which isn't held, at the end of its recipient's queue; returns its slot.
    @discardableResult
    package mutating func insert(
        _ entry: LogEntry, recipientHash: UInt64, _ fingerprint: Fingerprint, segment: UInt16, place: LogPlace
    ) -> UInt32 {
        let owner = findOrAdd(entry.key.recipient, hash: recipientHash)
        let record = recipients[owner]
        let number = slots.add(
            Slot(
                id: entry.key.id, sequenceAndSegment: entry.sequence << 16 | UInt64(segment),
                place: place, next: noIndex, previous: record.pointee.tail, recipient: owner,
                expirySeconds: entry.expirySeconds))
        if record.pointee.tail == noIndex {
            record.pointee.head = number
        } else {
            let tail = slots[record.pointee.tail]
            tail.pointee.next = number
            if tail.pointee.sequence > entry.sequence { record.pointee.isUnordered = true }
        }
        record.pointee.tail = number
        record.pointee.count += 1
        record.pointee.bytes += UInt64(place.length)
        slotMap.insert(fingerprint.mixed, number)
        totals.messages += 1
        totals.bytes += place.length
        liveBytes += entry.recordByteCount
        segments[segment].gain(place)
        return number
    }

    /// Takes the message in this slot out of its queue.
    package mutating func remove(_ number: UInt32) {
        let slot = slots[number].pointee
        let record = recipients[slot.recipient]
        let hash = seed.hash(record.pointee.key)
        let fingerprint = seed.fingerprint(recipientHash: hash, id: slot.id)
        unlink(slot)
        record.pointee.count -= 1
        record.pointee.bytes -= UInt64(slot.length)
        if record.pointee.count == 0 { drop(slot.recipient, hash: hash) }
        slotMap.remove(fingerprint.mixed, number)
        slots[number].pointee.recipient = noIndex
        slots.remove(number)
        totals.messages -= 1
        totals.bytes -= slot.length
        liveBytes -= LogRecord.byteCount(length: slot.length)
        segments[slot.segment].lose(slot.place)
        if totals.messages == 0 { shrink() }
    }

    /// Says that the message in this slot now lies elsewhere.
    package mutating func move(_ number: UInt32, to segment: UInt16, _ place: LogPlace) {
        let slot = slots[number]
        segments[slot.pointee.segment].lose(slot.pointee.place)
        slot.pointee.sequenceAndSegment = slot.pointee.sequence << 16 | UInt64(segment)
        slot.pointee.place = place
        segments[segment].gain(place)
    }

    private func unlink(_ slot: Slot) {
        let record = recipients[slot.recipient]
        if slot.previous == noIndex {
            record.pointee.head = slot.next
        } else {
            slots[slot.previous].pointee.next = slot.next
        }
        if slot.next == noIndex {
            record.pointee.tail = slot.previous
        } else {
            slots[slot.next].pointee.previous = slot.previous
        }
    }

    /// Gives memory back once the store is empty, if it is much.
    private mutating func shrink() {
        guard slots.end > Self.slotsKeptWhenEmpty else { return }
        slots.removeAll()
        recipients.removeAll()
        slotMap.removeAll()
        recipientMap.removeAll()
    }
}

// MARK: Recipients

extension MessageIndex {
    /// The number of a recipient that has messages; nil if it has none.
    package func recipient(_ key: QueueRecipient, hash: UInt64) -> UInt32? {
        var probe = recipientMap.probe(hash)
        while let index = recipientMap.next(&probe) {
            if recipients[index].pointee.key == key { return index }
        }
        return nil
    }

    /// What is held for a recipient.
    package func totals(ofRecipient index: UInt32) -> QueueTotals {
        let record = recipients[index].pointee
        return QueueTotals(recipients: 1, messages: Int(record.count), bytes: Int(record.bytes))
    }

    /// The slot behind this one in its queue; `noIndex` at the end.
    package func next(after slot: UInt32) -> UInt32 { slots[slot].pointee.next }

    /// The slot of the oldest message behind `sequence`; `noIndex` if there is none. Walks from the nearer end.
    package func first(ofRecipient index: UInt32, after sequence: UInt64) -> UInt32 {
        let record = recipients[index].pointee
        let oldest = slots[record.head].pointee.sequence
        let newest = slots[record.tail].pointee.sequence
        if sequence >= newest { return noIndex }
        if sequence < oldest || sequence - oldest <= newest - sequence {
            return walkForward(from: record.head, after: sequence)
        }
        return walkBackward(from: record.tail, after: sequence)
    }

    /// Recipients that have messages, at most `maxCount` from `cursor` on.
    package func recipients(from cursor: QueueRecipientCursor, maxCount: Int) -> QueueRecipientPage {
        var page = QueueRecipientPage(recipients: [], next: nil)
        var index = UInt32(clamping: cursor.position)
        while index < recipients.end {
            let record = recipients[index].pointee
            if record.isUsed {
                guard page.recipients.count < maxCount else {
                    page.next = QueueRecipientCursor(position: Int(index))
                    break
                }
                page.recipients.append(
                    QueueRecipientTotals(
                        recipient: record.key, messages: Int(record.count), bytes: Int(record.bytes)))
            }
            index += 1
        }
        return page
    }

    private func walkForward(from start: UInt32, after sequence: UInt64) -> UInt32 {
        var slot = start
        while slot != noIndex, slots[slot].pointee.sequence <= sequence { slot = slots[slot].pointee.next }
        return slot
    }

    private func walkBackward(from start: UInt32, after sequence: UInt64) -> UInt32 {
        var slot = start
        while true {
            let previous = slots[slot].pointee.previous
            if previous == noIndex || slots[previous].pointee.sequence <= sequence { return slot }
            slot = previous
        }
    }

    private mutating func findOrAdd(_ key: QueueRecipient, hash: UInt64) -> UInt32 {
        if let index = recipient(key, hash: hash) { return index }
        let index = recipients.add(
            RecipientRecord(
                key: key, bytes: 0, head: noIndex, tail: noIndex, count: 0, isUnordered: false, isUsed: true))
        recipientMap.insert(hash, index)
        totals.recipients += 1
        return index
    }

    private mutating func drop(_ index: UInt32, hash: UInt64) {
        recipientMap.remove(hash, index)
        recipients[index].pointee.isUsed = false
        recipients.remove(index)
        totals.recipients -= 1
    }

    /// Puts queues in order that were filled out of order: copies stand later in the log than what arrived after them,
    /// so loading needs this once at its end.
    package mutating func sortUnordered() {
        var order: [UInt32] = []
        for index in 0..<recipients.end where recipients[index].pointee.isUsed {
            let record = recipients[index]
            guard record.pointee.isUnordered else { continue }
            order.removeAll(keepingCapacity: true)
            var slot = record.pointee.head
            while slot != noIndex {
                order.append(slot)
                slot = slots[slot].pointee.next
            }
            order.sort { slots[$0].pointee.sequence < slots[$1].pointee.sequence }
            relink(order, of: record)
        }
    }

    private func relink(_ order: [UInt32], of record: UnsafeMutablePointer<RecipientRecord>) {
        var previous = noIndex
        for slot in order {
            slots[slot].pointee.previous = previous
            slots[slot].pointee.next = noIndex
            if previous != noIndex { slots[previous].pointee.next = slot }
            previous = slot
        }
        record.pointee.head = order.first ?? noIndex
        record.pointee.tail = previous
        record.pointee.isUnordered = false
    }
}
