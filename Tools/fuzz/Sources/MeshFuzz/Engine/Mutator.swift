/// Makes new inputs of known ones: each by one to six changes, now and then one that is all random.
public struct Mutator {
    /// No decoder takes more than a link message (65,535 bytes); a little over is enough to see it refuse.
    static let maximumBytes = 66_000
    /// Numbers at the edges of signed and unsigned types, where lengths and counts go wrong.
    private static let edges: [UInt64] = [
        0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff,
        1 << 53, 0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, 0xffff_ffff_ffff_ffff,
    ]

    private let corpus: [[UInt8]]
    private var generator: Generator

    /// Mutates the inputs of a corpus, which must hold one at least.
    public init(corpus: [[UInt8]], generator: Generator) {
        precondition(!corpus.isEmpty, "a corpus holds one input at least")
        self.corpus = corpus
        self.generator = generator
    }

    /// The next input.
    public mutating func next() -> [UInt8] {
        // One in 64 knows nothing of the format.
        if generator.below(64) == 0 { return generator.bytes(generator.below(200)) }
        var input = corpus[generator.below(corpus.count)]
        for _ in 0...generator.below(6) { change(&input) }
        return Array(input.prefix(Self.maximumBytes))
    }

    private mutating func change(_ input: inout [UInt8]) {
        switch generator.below(10) {
        case 0: flipBit(&input)
        case 1: overwriteByte(&input)
        case 2: overwriteInteger(&input)
        case 3: insertRandom(&input)
        case 4: removeRange(&input)
        case 5: repeatRange(&input)
        case 6: truncate(&input)
        case 7: splice(&input)
        case 8: step(&input)
        default: swapRanges(&input)
        }
    }

    private mutating func flipBit(_ input: inout [UInt8]) {
        guard !input.isEmpty else { return }
        input[generator.below(input.count)] ^= 1 << UInt8(generator.below(8))
    }

    private mutating func overwriteByte(_ input: inout [UInt8]) {
        guard !input.isEmpty else { return }
        input[generator.below(input.count)] = UInt8(truncatingIfNeeded: generator.next())
    }

    /// A number near the one before: lengths and counts that are off by a little.
    private mutating func step(_ input: inout [UInt8]) {
        guard !input.isEmpty else { return }
        let place = generator.below(input.count)
        input[place] =
            input[place] &+ UInt8(truncatingIfNeeded: 1 + generator.below(3)) &* (generator.below(2) == 0 ? 1 : 255)
    }

    private mutating func overwriteInteger(_ input: inout [UInt8]) {
        let width = [1, 2, 4, 8][generator.below(4)]
        guard input.count >= width else { return }
        let place = generator.below(input.count - width + 1)
        let value = Self.edges[generator.below(Self.edges.count)]
        let isBigEndian = generator.below(4) > 0
        for index in 0..<width {
            let shift = UInt64(8 * (isBigEndian ? width - 1 - index : index))
            input[place + index] = UInt8(truncatingIfNeeded: value >> shift)
        }
    }

    private mutating func insertRandom(_ input: inout [UInt8]) {
        let new = generator.bytes(1 + generator.below(16))
        input.insert(contentsOf: new, at: generator.below(input.count + 1))
    }

    private mutating func removeRange(_ input: inout [UInt8]) {
        guard !input.isEmpty else { return }
        input.removeSubrange(range(in: input))
    }

    private mutating func repeatRange(_ input: inout [UInt8]) {
        guard !input.isEmpty, input.count < Self.maximumBytes else { return }
        let copy = Array(input[range(in: input)])
        input.insert(contentsOf: copy, at: generator.below(input.count + 1))
    }

    private mutating func truncate(_ input: inout [UInt8]) {
        input.removeLast(generator.below(input.count + 1))
    }

    /// The head of this one and the tail of another.
    private mutating func splice(_ input: inout [UInt8]) {
        let other = corpus[generator.below(corpus.count)]
        input = Array(input.prefix(generator.below(input.count + 1))) + other.suffix(generator.below(other.count + 1))
    }

    private mutating func swapRanges(_ input: inout [UInt8]) {
        guard input.count > 1 else { return }
        let middle = 1 + generator.below(input.count - 1)
        input = Array(input[middle...] + input[..<middle])
    }

    /// A range that isn't empty; mostly a short one.
    private mutating func range(in input: [UInt8]) -> Range<Int> {
        let start = generator.below(input.count)
        let most = generator.below(4) == 0 ? input.count - start : min(8, input.count - start)
        return start..<(start + 1 + generator.below(most))
    }
}
