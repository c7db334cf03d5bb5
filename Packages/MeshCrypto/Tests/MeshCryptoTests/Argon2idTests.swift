import Testing

@testable import MeshCrypto

@Suite("Argon2id")
struct Argon2idTests {
    struct File: Decodable {
        struct Vector: Decodable {
            var password: HexBytes
            var salt: HexBytes
            var passes: Int
            var memoryBytes: Int
            var output: HexBytes
        }
        var vectors: [Vector]
    }

    @Test("libsodium's published vectors are reproduced")
    func vectors() throws {
        for vector in try Vectors.load("argon2id", as: File.self).vectors {
            let cost = try VaultCost(passes: vector.passes, memoryKibibytes: vector.memoryBytes / 1_024)
            let salt = try #require(Bytes16(vector.salt.bytes))
            var output = vector.output.bytes.map { _ in UInt8(0) }
            let count = output.count
            try vector.password.bytes.withRawBytes { password throws(VaultError) in
                try output.withUnsafeMutableBufferPointer { bytes throws(VaultError) in
                    try Argon2id.derive(
                        password, salt: salt, cost: cost,
                        into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(bytes)[..<count]))
                }
            }
            #expect(output == vector.output.bytes)
        }
    }
}
