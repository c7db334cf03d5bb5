/// One deadline a key, and the earliest of them: a binary heap whose outdated entries are skipped. Deadlines at one
/// time come in the order in which they were set.
struct Timers<Key: Hashable & Sendable>: Sendable {
    private struct Entry {
        let at: UInt64
        let order: UInt64
        let key: Key

        func isBefore(_ other: Entry) -> Bool { (at, order) < (other.at, other.order) }
    }

    private var heap: [Entry] = []
    private var current: [Key: (at: UInt64, order: UInt64)] = [:]
    private var order: UInt64 = 0

    /// The earliest deadline.
    var next: UInt64? { heap.first?.at }

    /// When this key is due.
    subscript(key: Key) -> UInt64? { current[key]?.at }

    /// Sets a key's deadline, instead of the one it had.
    mutating func set(_ key: Key, at time: UInt64) {
        order += 1
        current[key] = (time, order)
        insert(Entry(at: time, order: order, key: key))
        skipOutdated()
    }

    /// Sets a key's deadline unless it has an earlier one.
    mutating func setEarlier(_ key: Key, at time: UInt64) {
        if let at = current[key]?.at, at <= time { return }
        set(key, at: time)
    }

    /// Takes a key's deadline away.
    mutating func cancel(_ key: Key) {
        current[key] = nil
        skipOutdated()
    }

    /// Takes all deadlines away.
    mutating func cancelAll() {
        heap = []
        current = [:]
    }

    /// Takes out the earliest key that is due.
    mutating func popDue(_ now: UInt64) -> Key? {
        guard let first = heap.first, first.at <= now else { return nil }
        removeFirst()
        current[first.key] = nil
        skipOutdated()
        return first.key
    }

    /// Afterwards the first entry is a valid one.
    private mutating func skipOutdated() {
        while let first = heap.first, current[first.key]?.order != first.order { removeFirst() }
        guard heap.count > 64 + 4 * current.count else { return }
        let valid = heap.filter { current[$0.key]?.order == $0.order }
        heap = []
        for entry in valid { insert(entry) }
    }

    private mutating func insert(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func removeFirst() {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while 2 * parent + 1 < heap.count {
            var child = 2 * parent + 1
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(heap[parent]) else { return }
            heap.swapAt(child, parent)
            parent = child
        }
    }
}
