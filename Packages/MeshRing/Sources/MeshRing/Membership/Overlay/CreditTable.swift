/// Who may cause how many failures: each key has the same credit, spends it by ones and regains it with time. Keys with
/// full credit take no room.
struct CreditTable<Key: Hashable & Sendable>: Sendable {
    let capacity: Int
    let regainMilliseconds: UInt64
    let maximumEntries: Int
    /// How much of the credit is spent, as of a time.
    private var entries: [Key: (spent: Int, at: UInt64)] = [:]

    init(capacity: Int, regainMilliseconds: UInt64, maximumEntries: Int = MembershipLimits.creditEntries) {
        self.capacity = capacity
        self.regainMilliseconds = regainMilliseconds
        self.maximumEntries = maximumEntries
    }

    var count: Int { entries.count }

    /// Spends one; false, and nothing is changed, if none is left or too many keys have spent.
    mutating func take(_ key: Key, now: UInt64) -> Bool {
        let entry = settled(key, now)
        guard entry.spent < capacity else { return false }
        if entries[key] == nil, entries.count >= maximumEntries {
            entries = entries.filter { settled($0.key, now).spent > 0 }
            guard entries.count < maximumEntries else { return false }
        }
        entries[key] = (entry.spent + 1, entry.at)
        return true
    }

    /// Gives one back that led to no failure.
    mutating func giveBack(_ key: Key, now: UInt64) {
        let entry = settled(key, now)
        entries[key] = entry.spent > 1 ? (entry.spent - 1, entry.at) : nil
    }

    /// How much is left.
    func left(_ key: Key, now: UInt64) -> Int { capacity - settled(key, now).spent }

    /// Whether one is left.
    func has(_ key: Key, now: UInt64) -> Bool { left(key, now: now) > 0 }

    private func settled(_ key: Key, _ now: UInt64) -> (spent: Int, at: UInt64) {
        guard let entry = entries[key] else { return (0, now) }
        let regained = (now - min(entry.at, now)) / regainMilliseconds
        if regained >= UInt64(entry.spent) { return (0, now) }
        return (entry.spent - Int(regained), entry.at + regained * regainMilliseconds)
    }
}
