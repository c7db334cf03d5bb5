/// Where every queued message lies, in memory: about 60 bytes a message (40 here, 10–15 in the map, the rest its share
/// of recipient and chunk), so that no index on disk has to be kept up at every message.
///
/// Messages are slots in a pool, linked per recipient in order of arrival; chunks are rows on disk that hold messages.
/// Payloads and ids are on disk only: a slot has the fingerprint of (recipient, id), and whoever finds one by it
/// compares the id on disk before believing.
package struct QueueIndex: ~Copyable {
    var slots = Pool<Slot>()
    var recipients = Pool<RecipientRecord>()
    var chunks = Pool<ChunkRecord>()
    var slotMap = ShardedMap()
    var recipientMap = ShardedMap()
    package let seed: QueueSeed

    /// Above every chunk row there ever was.
    package internal(set) var rowEnd: UInt64 = 1

    /// What is held in all.
    package internal(set) var totals = QueueTotals()

    package init(seed: QueueSeed) { self.seed = seed }

    /// Where a message's record lies: offset and length within the chunk, and which entry of the chunk it is.
    package struct Place: Sendable, Hashable {
        package var chunk: UInt32
        package var entry: UInt8
        package var offset: UInt16
        package var length: UInt16

        package init(chunk: UInt32, entry: UInt8, offset: UInt16, length: UInt16) {
            self.chunk = chunk
            self.entry = entry
            self.offset = offset
            self.length = length
        }
    }

    /// A message: 40 bytes.
    package struct Slot: PoolElement {
        package internal(set) var fingerprint: UInt64
        /// The sequence above, the entry within the chunk in the lowest byte.
        var sequenceAndEntry: UInt64
        var chunk: UInt32
        var offset: UInt16
        var length: UInt16
        var next: UInt32
        var previous: UInt32
        /// `noIndex` while the slot is free.
        package internal(set) var recipient: UInt32
        package internal(set) var expirySeconds: UInt32

        var nextFree: UInt32 {
            get { next }
            set { next = newValue }
        }

        package var sequence: UInt64 { sequenceAndEntry >> 8 }

        package var place: Place {
            Place(
                chunk: chunk, entry: UInt8(truncatingIfNeeded: sequenceAndEntry), offset: offset, length: length)
        }
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

    /// The largest sequence there can be: it shares a word with the entry number. At a million a second, 2,200 years.
    package static let maximumSequence: UInt64 = 1 << 56 - 1

    /// The message in this slot, which must be in use.
    package func slot(_ index: UInt32) -> Slot { slots[index].pointee }

    /// Whether the message in this slot is held (slots are used again).
    package func isHeld(_ index: UInt32) -> Bool {
        index < slots.end && slots[index].pointee.recipient != noIndex
    }

    /// Slots ever handed out: a scan goes over 0..<slotEnd and asks `isHeld`.
    package var slotEnd: UInt32 { slots.end }
}

// MARK: Messages

extension QueueIndex {
    /// A walk over the slots under a fingerprint: usually none or one, more after a collision.
    package func probe(_ fingerprint: Fingerprint) -> ShardedMap.Probe { slotMap.probe(fingerprint.mixed) }

    /// The next slot under a fingerprint. The caller compares ids on disk.
    package func next(_ probe: inout ShardedMap.Probe, fingerprint: Fingerprint) -> UInt32? {
        while let index = slotMap.next(&probe) {
            if slots[index].pointee.fingerprint == fingerprint.raw { return index }
        }
        return nil
    }

    /// Adds a message at the end of its recipient's queue, and returns its slot.
    @discardableResult
    package mutating func insert(
        recipient: QueueRecipient, recipientHash: UInt64, fingerprint: Fingerprint,
        sequence: UInt64, expirySeconds: UInt32, place: Place
    ) -> UInt32 {
        let owner = findOrAdd(recipient, hash: recipientHash)
        let record = recipients[owner]
        let index = slots.add(
            Slot(
                fingerprint: fingerprint.raw, sequenceAndEntry: sequence << 8 | UInt64(place.entry),
                chunk: place.chunk, offset: place.offset, length: place.length,
                next: noIndex, previous: record.pointee.tail, recipient: owner, expirySeconds: expirySeconds))
        if record.pointee.tail == noIndex {
            record.pointee.head = index
        } else {
            let tail = slots[record.pointee.tail]
            tail.pointee.next = index
            if tail.pointee.sequence > sequence { record.pointee.isUnordered = true }
        }
        record.pointee.tail = index
        record.pointee.count += 1
        record.pointee.bytes += UInt64(place.length)
        slotMap.insert(fingerprint.mixed, index)
        chunkGained(place.chunk)
        totals.messages += 1
        totals.bytes += Int(place.length)
        return index
    }

    /// Takes the message in this slot out of its queue and marks its entry dead. Returns what that did to its chunk.
    package mutating func remove(_ index: UInt32) -> ChunkChange {
        let slot = slots[index].pointee
        unlink(slot)
        let record = recipients[slot.recipient]
        record.pointee.count -= 1
        record.pointee.bytes -= UInt64(slot.length)
        if record.pointee.count == 0 { drop(slot.recipient) }
        slotMap.remove(Fingerprint(raw: slot.fingerprint).mixed, index)
        slots[index].pointee.recipient = noIndex
        slots.remove(index)
        totals.messages -= 1
        totals.bytes -= Int(slot.length)
        let change = chunkLost(slot.chunk, entry: slot.place.entry)
        if totals.messages == 0 { shrink() }
        return change
    }

    /// Says that the message in this slot now lies elsewhere; its old entry is dead. Returns what that did to its chunk.
    package mutating func move(_ index: UInt32, to place: Place) -> ChunkChange {
        let slot = slots[index]
        let change = chunkLost(slot.pointee.chunk, entry: slot.pointee.place.entry)
        slot.pointee.sequenceAndEntry = slot.pointee.sequence << 8 | UInt64(place.entry)
        slot.pointee.chunk = place.chunk
        slot.pointee.offset = place.offset
        chunkGained(place.chunk)
        return change
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

    /// 65,536 slots (3 MB): a store that fills and empties all day needn't allocate each time.
    private static var slotsKeptWhenEmpty: UInt32 { 65_536 }
}
