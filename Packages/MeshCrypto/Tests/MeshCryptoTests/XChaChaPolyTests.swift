import Testing

@testable import MeshCrypto

@Suite("XChaCha20-Poly1305")
struct XChaChaPolyTests {
    struct File: Decodable {
        struct Vector: Decodable {
            var source: String
            var key: HexBytes
            var nonce: HexBytes
            var associated: HexBytes
            var message: HexBytes
            var sealed: HexBytes
        }
        var vectors: [Vector]
    }

    @Test("published vectors are reproduced and opened, in place too")
    func vectors() throws {
        for vector in try Vectors.load("xchacha20poly1305", as: File.self).vectors {
            let nonce = try #require(Bytes24(vector.nonce.bytes))
            var memory = vector.message.bytes + [UInt8](repeating: 0, count: 16)
            vector.key.bytes.withUnsafeBytes { key in
                vector.associated.bytes.withUnsafeBytes { associated in
                    memory.withUnsafeMutableBytes {
                        let plain = UnsafeRawBufferPointer(rebasing: $0.dropLast(16))
                        XChaChaPoly.seal(plain, into: $0, associated: associated, nonce: nonce, key: key)
                    }
                    #expect(memory == vector.sealed.bytes, "\(vector.source)")
                    var opened = vector.message.bytes.map { _ in UInt8(1) }
                    let isAuthentic = opened.withUnsafeMutableBytes { plain in
                        memory.withUnsafeBytes {
                            XChaChaPoly.open($0, into: plain, associated: associated, nonce: nonce, key: key)
                        }
                    }
                    #expect(isAuthentic && opened == vector.message.bytes)
                }
            }
        }
    }
}
