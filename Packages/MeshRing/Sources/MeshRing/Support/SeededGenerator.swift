/// The numbers that a core's choices come from: xoshiro256** (Blackman and Vigna 2018), seeded through SplitMix64. For
/// jitter and sampling, never for secrets. One seed, one sequence, on every machine.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    package init(seed: UInt64) {
        var mixer = seed
        func next() -> UInt64 {
            mixer &+= 0x9e37_79b9_7f4a_7c15
            var word = mixer
            word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
            word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
            return word ^ (word >> 31)
        }
        state = (next(), next(), next(), next())
    }

    package mutating func next() -> UInt64 {
        let result = Self.rotate(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = Self.rotate(state.3, by: 45)
        return result
    }

    private static func rotate(_ word: UInt64, by count: UInt64) -> UInt64 {
        word << count | word >> (64 - count)
    }
}

extension SeededGenerator {
    /// A number from 0 to `bound` − 1 (multiplication and shift; the bias of bound / 2^64 doesn't matter here). Written
    /// out, because the standard library's way may change between versions and a seed must not.
    package mutating func below(_ bound: UInt64) -> UInt64 {
        bound == 0 ? 0 : next().multipliedFullWidth(by: bound).high
    }

    /// From half of `delay` to all of it: spreads what would otherwise happen at once.
    mutating func jittered(_ delay: UInt64) -> UInt64 {
        delay / 2 + below(delay / 2 + 1)
    }

    /// Up to `count` different elements, in random order.
    package mutating func sample<Element>(_ elements: [Element], _ count: Int) -> [Element] {
        guard count > Self.fewElements || elements.count <= count else { return sample(elements, count, without: nil) }
        var elements = elements
        let wanted = min(count, elements.count)
        for index in 0..<wanted {
            elements.swapAt(index, index + Int(below(UInt64(elements.count - index))))
        }
        return Array(elements[..<wanted])
    }

    /// The same for few of many, without a copy of all: only what a swap would have moved is remembered. `hole` is an
    /// index that doesn't count.
    mutating func sample<Element>(_ elements: [Element], _ count: Int, without hole: Int?) -> [Element] {
        let total = elements.count - (hole == nil ? 0 : 1)
        var (picked, moved): ([Element], [(to: Int, from: Int)]) = ([], [])
        for index in 0..<min(count, total) {
            let other = index + Int(below(UInt64(total - index)))
            let source = moved.last { $0.to == other }?.from ?? other
            moved.append((other, moved.last { $0.to == index }?.from ?? index))
            picked.append(elements[source >= hole ?? .max ? source + 1 : source])
        }
        return picked
    }

    private static var fewElements: Int { 16 }
}
