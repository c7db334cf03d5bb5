/// One deadline a key, and the earliest of them: a binary heap whose outdated entries are skipped. Deadlines at one
/// time come in the order in which they were set.
struct Timers<Key: Hashable & Sendable>: Sendable {
    private struct Entry {
        let at: UInt64
        let order: UInt64
        let slot: Int

        func isBefore(_ other: Entry) -> Bool { (at, order) < (other.at, other.order) }
    }

    /// A key that has a deadline, or had one: then its order is 0, which no deadline has.
    private struct Slot {
        var key: Key
        var at: UInt64
        var order: UInt64
    }

    private var heap: [Entry] = []
    private var slots: [Slot] = []
    private var freeSlots: [Int] = []
    private var slotOf: [Key: Int] = [:]
    private var order: UInt64 = 0

    /// The earliest deadline, kept beside the heap because it is asked for with each event.
    private(set) var next: UInt64?

    /// When this key is due.
    subscript(key: Key) -> UInt64? { slotOf[key].map { slots[$0].at } }

    /// Sets a key's deadline, instead of the one it had.
    mutating func set(_ key: Key, at time: UInt64) { set(key, slotOf[key], time) }

    /// Sets a key's deadline unless it has an earlier one.
    mutating func setEarlier(_ key: Key, at time: UInt64) {
        let slot = slotOf[key]
        if let slot, slots[slot].at <= time { return }
        set(key, slot, time)
    }

    /// Takes a key's deadline away.
    mutating func cancel(_ key: Key) {
        guard let slot = slotOf.removeValue(forKey: key) else { return }
        free(slot)
        skipOutdated()
    }

    /// Takes all deadlines away.
    mutating func cancelAll() {
        heap = []
        slots = []
        freeSlots = []
        slotOf = [:]
        next = nil
    }

    /// Takes out the earliest key that is due.
    mutating func popDue(_ now: UInt64) -> Key? {
        guard let next, next <= now, let first = heap.first else { return nil }
        let key = slots[first.slot].key
        removeFirst()
        slotOf[key] = nil
        free(first.slot)
        skipOutdated()
        return key
    }
}

extension Timers {
    private mutating func set(_ key: Key, _ known: Int?, _ time: UInt64) {
        order += 1
        let slot = known ?? takeSlot(key)
        slots[slot].at = time
        slots[slot].order = order
        insert(Entry(at: time, order: order, slot: slot))
        skipOutdated()
    }

    private mutating func takeSlot(_ key: Key) -> Int {
        let new = Slot(key: key, at: 0, order: 0)
        let slot = freeSlots.popLast() ?? slots.count
        if slot < slots.count { slots[slot] = new } else { slots.append(new) }
        slotOf[key] = slot
        return slot
    }

    private mutating func free(_ slot: Int) {
        slots[slot].order = 0
        freeSlots.append(slot)
    }

    private func isValid(_ entry: Entry) -> Bool { slots[entry.slot].order == entry.order }

    /// Afterwards the first entry is a valid one.
    private mutating func skipOutdated() {
        while let first = heap.first, !isValid(first) { removeFirst() }
        next = heap.first?.at
        guard heap.count > 64 + 4 * slotOf.count else { return }
        let valid = heap.filter { isValid($0) }
        heap = []
        for entry in valid { insert(entry) }
    }

    private mutating func insert(_ entry: Entry) {
        heap.append(entry)
        heap.withUnsafeMutableBufferPointer { heap in
            var place = heap.count - 1
            while place > 0, entry.isBefore(heap[(place - 1) / Self.children]) {
                heap[place] = heap[(place - 1) / Self.children]
                place = (place - 1) / Self.children
            }
            heap[place] = entry
        }
    }

    private mutating func removeFirst() {
        let entry = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap.withUnsafeMutableBufferPointer { heap in
            var place = 0
            while let child = Self.earliestChild(of: place, in: heap), heap[child].isBefore(entry) {
                heap[place] = heap[child]
                place = child
            }
            heap[place] = entry
        }
    }

    private static func earliestChild(of place: Int, in heap: UnsafeMutableBufferPointer<Entry>) -> Int? {
        let first = children * place + 1
        guard first < heap.count else { return nil }
        return (first..<min(first + children, heap.count)).min { heap[$0].isBefore(heap[$1]) }
    }

    /// Four lie side by side: half as many steps as with two.
    private static var children: Int { 4 }
}
