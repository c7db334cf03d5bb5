import MeshQueueTesting
import Testing

@Suite("Decoders")
struct DecoderTests {
    /// 20,000 mutated inputs per structure (Tools/fuzz makes millions); half of them with a checksum that fits, so that what
    /// is behind it is reached.
    static let inputs = 20_000

    @Test("Any bytes give a value that is written the same again, or a named error", arguments: QueueStructure.all)
    func total(structure: QueueStructure) {
        var random = SplitMix(seed: 42)
        #expect(structure.rewritten(structure.sample) == structure.sample)
        var taken = 0
        for input in 0..<Self.inputs {
            let mutated = Self.mutate(structure, fixesChecksum: input % 2 == 0, &random)
            guard let rewritten = structure.rewritten(mutated) else { continue }
            taken += 1
            if rewritten != mutated { Issue.record("input \(input) was read as something else") }
        }
        #expect(taken > 0)
        #expect(taken < Self.inputs)
    }

    @Test("Every flipped bit is noticed", arguments: QueueStructure.all)
    func flippedBits(structure: QueueStructure) {
        for bit in 0..<structure.sample.count * 8 {
            var bytes = structure.sample
            bytes[bit / 8] ^= 1 << (bit % 8)
            if structure.rewritten(bytes) != nil { Issue.record("bit \(bit) was not noticed") }
        }
    }

    private static func mutate(_ structure: QueueStructure, fixesChecksum: Bool, _ random: inout SplitMix) -> [UInt8] {
        var bytes = structure.sample
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
        return fixesChecksum ? structure.withFittingChecksum(bytes) : bytes
    }
}
