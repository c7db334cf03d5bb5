import MeshCrypto

/// A small generator with a seed (SplitMix64), so that a failure is repeated by its seed.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func bytes16() -> Bytes16 {
        Bytes16((0..<16).map { _ in UInt8.random(in: 0...255, using: &self) })!
    }

    mutating func innerID() -> InnerID { InnerID(bytes16()) }
}

enum Person {
    /// Ids for tests of cores: nothing here checks keys.
    static func id(_ number: UInt8) -> UserID { UserID(trusted: Bytes32([UInt8](repeating: number, count: 32))!) }
    static let anna = id(1)
    static let ben = id(2)
    static let cleo = id(3)
}

func innerID(_ number: UInt8) -> InnerID { InnerID(Bytes16([UInt8](repeating: number, count: 16))!) }
