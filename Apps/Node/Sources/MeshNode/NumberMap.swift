/// A number that this process gave away itself: links, tokens, requests.
protocol NumberKey: Sendable {
    /// The number.
    var rawValue: UInt64 { get }
    /// Takes the number.
    init(_ rawValue: UInt64)
}

extension LinkID: NumberKey {}

extension UInt64: NumberKey {
    /// Itself.
    var rawValue: UInt64 { self }
}

/// A dictionary whose keys are numbers that this process gave away itself.
///
/// Nobody outside chooses them, so that they need no hash that resists collisions, which would take longer than what it
/// is asked for; and values are changed where they lie, where a dictionary moves them out and back. Values lie one beside
/// the other, in no order that means anything, but in the same order whenever a run is repeated.
struct NumberMap<Key: NumberKey, Value: Sendable>: Sendable {
    /// Open addressing: a place of `keys` and `values` plus one, or 0.
    private var table: ContiguousArray<UInt32>
    private var numbers: ContiguousArray<UInt64> = []
    /// Optional for in-place access alone: between two calls none is nil but the last, which is there for keys that aren't.
    private var stored: ContiguousArray<Value?> = [nil]

    private static var firstCapacity: Int { 16 }

    /// Without anything.
    init() { table = ContiguousArray(repeating: 0, count: Self.firstCapacity) }

    /// How many values there are.
    var count: Int { numbers.count }
    /// Whether there are none.
    var isEmpty: Bool { numbers.isEmpty }
    /// All keys.
    var keys: [Key] { numbers.map { Key($0) } }

    /// The keys of the values that `isWanted`.
    func keys(where isWanted: (Value) -> Bool) -> [Key] {
        numbers.indices.compactMap { place in
            stored[place].flatMap { isWanted($0) ? Key(numbers[place]) : nil }
        }
    }

    /// How many values `isWanted`.
    func count(where isWanted: (Value) -> Bool) -> Int {
        stored.count { $0.map(isWanted) ?? false }
    }

    /// The value under a key; to set nil removes it.
    subscript(key: Key) -> Value? {
        // Inlined, since an accessor that stays a function of its own takes memory for each access.
        @inline(__always) _read { yield stored[place(of: key.rawValue) ?? numbers.count] }
        @inline(__always) _modify {
            let place = place(of: key.rawValue) ?? numbers.count
            yield &stored[place]
            if (stored[place] == nil) != (place == numbers.count) { settle(place, key.rawValue) }
        }
    }

    /// Takes a value out.
    mutating func removeValue(forKey key: Key) -> Value? {
        guard let place = place(of: key.rawValue) else { return nil }
        defer { remove(at: place) }
        return stored[place].take()
    }
}

// Open addressing, with removals that leave no marks behind.
extension NumberMap {
    /// The golden ratio's bits spread numbers that follow one another.
    private func start(of key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9e37_79b9_7f4a_7c15) >> 32) & (table.count - 1)
    }

    private func next(_ slot: Int) -> Int { (slot + 1) & (table.count - 1) }

    private func place(of key: UInt64) -> Int? {
        var slot = start(of: key)
        while table[slot] != 0 {
            let place = Int(table[slot] - 1)
            if numbers[place] == key { return place }
            slot = next(slot)
        }
        return nil
    }

    /// After an access: the last place got a value, or another one lost its own.
    private mutating func settle(_ place: Int, _ key: UInt64) {
        guard place == numbers.count else { return remove(at: place) }
        if (numbers.count + 1) * 4 > table.count * 3 { grow() }
        numbers.append(key)
        stored.append(nil)
        enter(place: place)
    }

    private mutating func enter(place: Int) {
        var slot = start(of: numbers[place])
        while table[slot] != 0 { slot = next(slot) }
        table[slot] = UInt32(place + 1)
    }

    private mutating func grow() {
        table = ContiguousArray(repeating: 0, count: table.count * 2)
        for place in numbers.indices { enter(place: place) }
    }

    /// Removes what lies at a place, and puts the last there.
    private mutating func remove(at place: Int) {
        vacate(slot(of: place))
        let last = numbers.count - 1
        if place != last {
            table[slot(of: last)] = UInt32(place + 1)
            numbers.swapAt(place, last)
            stored.swapAt(place, last)
        }
        numbers.removeLast()
        stored.remove(at: last)
    }

    private func slot(of place: Int) -> Int {
        var slot = start(of: numbers[place])
        while table[slot] != UInt32(place + 1) { slot = next(slot) }
        return slot
    }

    /// Empties a slot and closes the gap: what was put behind it only because it was taken moves up.
    private mutating func vacate(_ slot: Int) {
        var (gap, slot) = (slot, next(slot))
        while table[slot] != 0 {
            let home = start(of: numbers[Int(table[slot] - 1)])
            // Whether its home lies at the gap or before it, going round.
            if (slot - home) & (table.count - 1) >= (slot - gap) & (table.count - 1) {
                table[gap] = table[slot]
                gap = slot
            }
            slot = next(slot)
        }
        table[gap] = 0
    }
}
