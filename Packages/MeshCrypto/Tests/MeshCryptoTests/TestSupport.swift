import Foundation
import Testing

@testable import MeshCrypto

/// Vectors and other data beside the tests.
enum Vectors {
    static func load<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Vectors"))
        return try JSONDecoder().decode(type, from: Data(contentsOf: url))
    }
}

/// Bytes written as hexadecimal digits in a JSON file.
struct HexBytes: Codable, Equatable {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        bytes = try #require(Hex.decode(text), "not hexadecimal: \(text)")
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes.withUnsafeBytes(Hex.encode))
    }
}

/// SplitMix64: a generator whose failures can be repeated from the seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }

    /// `original` with some bits flipped, bytes replaced, a piece cut out, doubled or appended.
    mutating func mutation(of original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...3, using: &self) {
            let place = bytes.isEmpty ? 0 : Int.random(in: 0..<bytes.count, using: &self)
            switch Int.random(in: 0..<6, using: &self) {
            case 0 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &self)
            case 1 where !bytes.isEmpty: bytes[place] = UInt8.random(in: .min ... .max, using: &self)
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0...8, using: &self)))
            case 3: bytes.append(contentsOf: self.bytes(Int.random(in: 1...8, using: &self)))
            case 4: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 8)], at: place)
            default: bytes.removeLast(min(bytes.count, Int.random(in: 0...40, using: &self)))
            }
        }
        return bytes
    }
}

extension SecretBytes {
    convenience init(hex: String) throws {
        let bytes = try #require(Hex.decode(hex))
        self.init(bytes)
    }

    convenience init(_ bytes: [UInt8]) {
        var bytes = bytes
        self.init(taking: &bytes)
    }
}

extension UserIdentity {
    /// A fixed identity for tests: its seed is 32 times one byte.
    convenience init(repeating byte: UInt8) {
        self.init(seed: SecretBytes([UInt8](repeating: byte, count: 32)))
    }
}
