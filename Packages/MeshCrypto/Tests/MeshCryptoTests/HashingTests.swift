import Testing

@testable import MeshCrypto

@Suite("BLAKE2b")
struct HashingTests {
    struct File: Decodable {
        struct Plain: Decodable {
            var input: HexBytes
            var output: HexBytes
        }
        struct Keyed: Decodable {
            var input: HexBytes
            var key: HexBytes
            var output: HexBytes
        }
        var plain: [Plain]
        var keyed: [Keyed]
    }

    @Test("published vectors, plain and keyed, are reproduced")
    func vectors() throws {
        let file = try Vectors.load("blake2b", as: File.self)
        for vector in file.plain {
            var hasher = BLAKE2b(.bytes64)
            hasher.feed(vector.input.bytes)
            #expect(hasher.finish64().bytes == vector.output.bytes)
        }
        for vector in file.keyed {
            let digest = vector.key.bytes.withUnsafeBytes { key in
                var hasher = BLAKE2b(.bytes64, key: key)
                hasher.feed(vector.input.bytes)
                return hasher.finish64()
            }
            #expect(digest.bytes == vector.output.bytes)
        }
    }

    // The expected values are those of Python's hashlib.blake2b(b"abc", digest_size=N).
    @Test("shorter outputs are hashes of their own, as hashlib computes them")
    func shortOutputs() {
        func abc(_ length: BLAKE2b.OutputLength) -> BLAKE2b {
            var hasher = BLAKE2b(length)
            hasher.feed("abc")
            return hasher
        }
        #expect(abc(.bytes8).finish8() == 0xd8bb_14d8_33d5_9559)
        #expect(abc(.bytes16).finish16().hex == "cf4ab791c62b8d2b2109c90275287816")
        #expect(abc(.bytes32).finish32().hex == "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319")
    }

    @Test("one part in one piece, the same as piece by piece", arguments: [0, 1, 16, 86, 127, 128, 129, 1_024])
    func onePart(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let (short, long) = bytes.withUnsafeBytes {
            (Hash.blake2b8(context: "c", $0), Hash.blake2b16(context: "c", $0))
        }
        #expect(short == Hash.blake2b8(context: "c", bytes) && long == Hash.blake2b16(context: "c", bytes))
        if let value = Bytes16(bytes) { #expect(Hash.blake2b16(context: "c", value) == long) }
    }

    @Test("a context is hashed before the parts, with its length")
    func context() {
        var plain = BLAKE2b(.bytes32)
        plain.feed(UInt8(4))
        plain.feed("test")
        plain.feed([1, 2, 3] as [UInt8])
        #expect(plain.finish32() == Hash.blake2b32(context: "test", [1, 2, 3] as [UInt8]))
        #expect(Hash.blake2b16(context: "ab", "c") != Hash.blake2b16(context: "a", "bc"))
        #expect(Hash.blake2b8(context: "a", UInt64(1)) != Hash.blake2b8(context: "b", UInt64(1)))
    }

    @Test("integers are fed big-endian in their width, and other parts as their bytes")
    func parts() {
        let bytes: [UInt8] = [0x12, 0x34, 0x56, 0x78]
        let expected = Hash.blake2b32(context: "c", bytes)
        #expect(Hash.blake2b32(context: "c", UInt32(0x1234_5678)) == expected)
        #expect(Hash.blake2b32(context: "c", UInt16(0x1234), UInt8(0x56), UInt8(0x78)) == expected)
        #expect(Hash.blake2b32(context: "c", ([0] + bytes)[1...]) == expected)
        #expect(bytes.withUnsafeBytes { Hash.blake2b32(context: "c", $0) } == expected)
        #expect(Hash.blake2b32(context: "c", UInt64(0x12_3456_78)) != expected)
    }

    @Test("feeding in pieces gives the same as feeding at once, wherever the hasher is moved")
    func pieces() {
        var generator = SeededGenerator(seed: 2)
        for count in [0, 1, 127, 128, 129, 255, 256, 257, 1_000] {
            let bytes = generator.bytes(count)
            var hasher = Box(BLAKE2b(.bytes32, context: "pieces"))
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...200, using: &generator))
                rest = rest.dropFirst(piece.count)
                hasher = Box(hasher.feeding(Array(piece)))
            }
            #expect(hasher.take().finish32() == Hash.blake2b32(context: "pieces", bytes))
        }
    }

    /// Moves the hasher to the heap and back, so that its address changes.
    final class Box {
        private var hasher: BLAKE2b?

        init(_ hasher: consuming BLAKE2b) {
            self.hasher = consume hasher
        }

        func take() -> BLAKE2b {
            hasher.take()!
        }

        func feeding(_ bytes: [UInt8]) -> BLAKE2b {
            var moved = take()
            moved.feed(bytes)
            return moved
        }
    }
}
