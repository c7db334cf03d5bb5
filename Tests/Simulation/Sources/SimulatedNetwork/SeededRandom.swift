/// Where all chance of a simulation comes from: SplitMix64 (Steele, Lea, Flood 2014). One seed, one sequence, on every
/// machine.
public struct SeededRandom: Sendable {
    @usableFromInline var state: UInt64

    /// Begins a sequence.
    @inlinable public init(seed: UInt64) {
        state = seed
    }

    /// The next 64 bits.
    @inlinable public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    /// A number from 0 to `bound` − 1; 0 if the bound is 0.
    @inlinable public mutating func below(_ bound: UInt64) -> UInt64 { next().multipliedFullWidth(by: bound).high }

    /// A number from 0 to `bound` − 1; 0 if the bound is 0.
    @inlinable public mutating func below(_ bound: Int) -> Int { Int(below(UInt64(bound))) }

    /// A number of the range.
    @inlinable public mutating func within(_ range: ClosedRange<UInt64>) -> UInt64 {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    /// True in `perMille` of a thousand cases.
    @inlinable public mutating func happens(perMille: Int) -> Bool { perMille > 0 && below(1_000) < perMille }

    /// Up to `count` different elements, in random order.
    @inlinable public mutating func sample<Element>(_ elements: [Element], _ count: Int) -> [Element] {
        var elements = elements
        let wanted = min(count, elements.count)
        for index in 0..<wanted { elements.swapAt(index, index + below(elements.count - index)) }
        return Array(elements[..<wanted])
    }
}
