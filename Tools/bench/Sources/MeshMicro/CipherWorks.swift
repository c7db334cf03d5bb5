import MeshCrypto

/// The ciphers of both ends of one link.
private struct Ciphers {
    let dialler: NoiseTransport
    let listener: NoiseTransport

    init() throws {
        let dialler = NoiseHandshake(role: .initiator, key: Self.key(1), prologue: [], ephemeral: Self.key(2))
        let listener = NoiseHandshake(role: .responder, key: Self.key(3), prologue: [], ephemeral: Self.key(4))
        _ = try listener.read(try dialler.write(payload: []))
        _ = try dialler.read(try listener.write(payload: []))
        _ = try listener.read(try dialler.write(payload: []))
        self.dialler = dialler.makeTransport()
        self.listener = listener.makeTransport()
    }

    private static func key(_ number: Int) -> NoiseKeyPair {
        Samples.bytes(32, number: number).withUnsafeBytes { NoiseKeyPair(secret: $0) }
    }
}

/// Link messages of 1 KiB, encrypted in place.
struct EncryptWork: MicroWork {
    static let name = "link-encrypt"
    static let count = 500
    static let plaintextCount = 1_024
    private let ciphers: Ciphers

    init() throws { ciphers = try Ciphers() }

    mutating func run(_ count: Int) throws {
        var message = [UInt8](repeating: 1, count: Self.plaintextCount + NoiseTransport.tagBytes)
        try message.withUnsafeMutableBytes { message in
            for _ in 0..<count {
                _ = try ciphers.dialler.encrypt(message, plaintextCount: Self.plaintextCount)
            }
        }
    }
}

/// The same, decrypted as well: what it takes beyond `link-encrypt` is the other end's work.
struct DecryptWork: MicroWork {
    static let name = "link-encrypt-decrypt"
    static let count = 500
    private let ciphers: Ciphers

    init() throws { ciphers = try Ciphers() }

    mutating func run(_ count: Int) throws {
        var message = [UInt8](repeating: 1, count: EncryptWork.plaintextCount + NoiseTransport.tagBytes)
        try message.withUnsafeMutableBytes { message in
            for _ in 0..<count {
                _ = try ciphers.dialler.encrypt(message, plaintextCount: EncryptWork.plaintextCount)
                _ = try ciphers.listener.decrypt(message)
            }
        }
    }
}
