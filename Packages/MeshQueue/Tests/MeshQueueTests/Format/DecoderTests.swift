import MeshQueueCore
import Testing

/// A structure on disk: how a sound one is made, and how it is read and written again.
struct SampleBlock: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let row: UInt64
    let bytes: [UInt8]
    /// Reads bytes; nil if they are refused by name, else what is written for what was read.
    let rewrite: @Sendable ([UInt8]) -> [UInt8]?
}

@Suite("Decoders")
struct DecoderTests {
    /// 20,000 mutated inputs per structure (Tools/fuzz makes millions); half of them with a checksum that fits, so that what is behind it is reached.
    static let inputs = 20_000

    @Test("Any bytes give a value that is written the same again, or a named error", arguments: SampleBlock.all)
    func total(sample: SampleBlock) {
        var random = SplitMix(seed: 42)
        #expect(sample.rewrite(sample.bytes) == sample.bytes)
        var taken = 0
        for input in 0..<Self.inputs {
            let mutated = Self.mutate(sample, fixesChecksum: input % 2 == 0, &random)
            guard let rewritten = sample.rewrite(mutated) else { continue }
            taken += 1
            if rewritten != mutated { Issue.record("input \(input) was read as something else") }
        }
        #expect(taken > 0)
        #expect(taken < Self.inputs)
    }

    @Test("Every flipped bit is noticed", arguments: SampleBlock.all)
    func flippedBits(sample: SampleBlock) {
        for bit in 0..<sample.bytes.count * 8 {
            var bytes = sample.bytes
            bytes[bit / 8] ^= 1 << (bit % 8)
            if sample.rewrite(bytes) != nil { Issue.record("bit \(bit) was not noticed") }
        }
    }

    private static func mutate(_ sample: SampleBlock, fixesChecksum: Bool, _ random: inout SplitMix) -> [UInt8] {
        var bytes = sample.bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
            case 1:
                bytes += (0..<Int.random(in: 1...40, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
            case 2 where !bytes.isEmpty:
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(
                    using: &random)!
            default:
                guard !bytes.isEmpty else { continue }
                bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        }
        if fixesChecksum, bytes.count >= 16 {
            bytes.withUnsafeMutableBytes { block in
                let covered = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(block)[8...])
                block.store(XXH64.hash(covered, seed: sample.row), at: 0)
            }
        }
        return bytes
    }
}
