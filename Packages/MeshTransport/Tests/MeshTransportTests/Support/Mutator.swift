/// Changes bytes in the ways that break decoders, the same way for the same seed.
struct Mutator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(limit, 1))) }

    /// One to four changes: a flipped bit, a byte of a telling value, a cut, a piece repeated or taken out.
    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0...below(4) { change(&bytes) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return bytes.append(UInt8(truncatingIfNeeded: next())) }
        let at = below(bytes.count)
        let end = min(bytes.count, at + 1 + below(16))
        switch below(6) {
        case 0: bytes[at] ^= 1 << UInt8(below(8))
        case 1: bytes[at] = [0, 1, 9, 10, 13, 32, 44, 58, 125, 126, 127, 128, 254, 255][below(14)]
        case 2: bytes[at] = UInt8(truncatingIfNeeded: next())
        case 3: bytes.removeSubrange(at...)
        case 4: bytes.removeSubrange(at..<end)
        default: bytes.insert(contentsOf: bytes[at..<end], at: below(bytes.count))
        }
    }
}
