import Testing

@testable import MeshCrypto

@Suite("Fixed-size values")
struct FixedBytesTests {
    @Test("values are exactly as large as their bytes, without heap")
    func sizes() {
        #expect(MemoryLayout<Bytes16>.size == 16)
        #expect(MemoryLayout<Bytes32>.size == 32)
        #expect(MemoryLayout<Bytes64>.size == 64)
        #expect(MemoryLayout<UserID>.size == 32)
        #expect(_isPOD(UserID.self) && _isPOD(NodeID.self) && _isPOD(SubmissionID.self))
    }

    @Test("bytes taken and given back are the same, in order", arguments: [0, 1, 127, 255])
    func roundTrip(first: UInt8) throws {
        let bytes = [first] + (1..<32).map(UInt8.init)
        let value = try #require(Bytes32(bytes))
        #expect(value.bytes == bytes)
        #expect(Bytes32(hex: value.hex) == value)
        #expect(Bytes32(hex: value.hex.uppercased()) == value)
        #expect(bytes.withUnsafeBytes(Bytes32.init(copying:)) == value)
        #expect(value.withUnsafeBytes { Array($0) } == bytes)
        #expect(String(describing: value) == value.hex)
    }

    @Test("another number of bytes gives nil")
    func wrongCount() {
        #expect(Bytes16([UInt8](repeating: 0, count: 15)) == nil)
        #expect(Bytes16([UInt8](repeating: 0, count: 17)) == nil)
        #expect(Bytes64([UInt8]()) == nil)
    }

    @Test(
        "text that isn't exactly so many digits gives nil",
        arguments: ["", "0", "zz", "00", String(repeating: "0", count: 33), String(repeating: "é", count: 16)])
    func badHex(text: String) {
        #expect(Bytes16(hex: text) == nil)
    }

    @Test("order is that of the bytes, the first weighing most")
    func order() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<2_000 {
            var left = generator.bytes(64)
            var right = generator.bytes(64)
            let same = Int.random(in: 0..<64, using: &generator)
            right.replaceSubrange(0..<same, with: left[0..<same])
            #expect((Bytes64(left)! < Bytes64(right)!) == left.lexicographicallyPrecedes(right))
            left.removeLast(32)
            right.removeLast(32)
            #expect((Bytes32(left)! < Bytes32(right)!) == left.lexicographicallyPrecedes(right))
            left.removeLast(16)
            right.removeLast(16)
            #expect((Bytes16(left)! < Bytes16(right)!) == left.lexicographicallyPrecedes(right))
        }
    }

    @Test("random values differ")
    func random() {
        #expect(Set((0..<100).map { _ in Bytes16.random() }).count == 100)
    }
}
