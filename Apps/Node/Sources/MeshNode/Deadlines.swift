/// Keys that fall due in the order in which they were added, because all wait equally long.
struct Deadlines<Key: Sendable>: Sendable {
    private var entries: [(dueMilliseconds: UInt64, key: Key)] = []
    private var head = 0

    /// When the first falls due.
    var next: UInt64? { head < entries.count ? entries[head].dueMilliseconds : nil }

    mutating func add(_ key: Key, dueMilliseconds: UInt64) {
        entries.append((dueMilliseconds, key))
    }

    /// The first key that is due; the caller ignores those that have been dealt with since.
    mutating func popDue(now: UInt64) -> Key? {
        guard let next, next <= now else { return nil }
        defer { advance() }
        return entries[head].key
    }

    private mutating func advance() {
        head += 1
        // Cutting off half of the array at a time keeps the cost of an entry constant.
        if head > 64, head * 2 >= entries.count {
            entries.removeFirst(head)
            head = 0
        }
    }
}
