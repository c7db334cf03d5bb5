/// What both ends of a handshake keep in step: the transcript's hash, the chaining key and the current cipher key
/// (Noise, section 5.2).
final class NoiseSymmetricState {
    private(set) var hash = Bytes64()
    private let secrets = WipedMemory(count: NoiseKDF.hashCount + NoiseKDF.hashCount)
    private var chainingKey: UnsafeMutableRawBufferPointer { secrets[0..<64] }
    private var key: UnsafeMutableRawBufferPointer { secrets[64..<96] }
    private var hasKey = false
    private var nonce: UInt64 = 0

    init(protocolName: String) {
        let name = Array(protocolName.utf8)
        precondition(name.count <= NoiseKDF.hashCount, "names of this length are not hashed first")
        hash.withUnsafeMutableBytes { $0.copyBytes(from: name) }
        hash.withUnsafeBytes { chainingKey.copyMemory(from: $0) }
    }

    func mixHash(_ data: UnsafeRawBufferPointer) {
        var hasher = BLAKE2b(.bytes64)
        hasher.feed(hash)
        hasher.update(data)
        hash = hasher.finish64()
    }

    func mixKey(_ input: UnsafeRawBufferPointer) {
        NoiseKDF.derive(
            chainingKey: UnsafeRawBufferPointer(chainingKey), input: input,
            first: chainingKey, second: secrets[64..<128])
        hasKey = true
        nonce = 0
    }

    /// The text as it is sent: encrypted with its tag if there is a key, else plain.
    func encryptAndHash(_ plain: UnsafeRawBufferPointer) throws(NoiseError) -> [UInt8] {
        guard hasKey else {
            mixHash(plain)
            return [UInt8](plain)
        }
        guard nonce < ChaChaPoly.nonceLimit else { throw .noncesExhausted }
        var sent = [UInt8](plain) + [UInt8](repeating: 0, count: ChaChaPoly.tagCount)
        sent.withUnsafeMutableBytes { sent in
            hash.withUnsafeBytes {
                ChaChaPoly.encrypt(sent, count: plain.count, associated: $0, nonce: nonce, key: .init(key))
            }
            mixHash(UnsafeRawBufferPointer(sent))
        }
        nonce += 1
        return sent
    }

    /// The plain text of what was received.
    func decryptAndHash(_ received: UnsafeRawBufferPointer) throws(NoiseError) -> [UInt8] {
        guard hasKey else {
            mixHash(received)
            return [UInt8](received)
        }
        guard nonce < ChaChaPoly.nonceLimit else { throw .noncesExhausted }
        var text = [UInt8](received)
        let isAuthentic = text.withUnsafeMutableBytes { text in
            hash.withUnsafeBytes {
                ChaChaPoly.decrypt(text, associated: $0, nonce: nonce, key: .init(key))
            }
        }
        guard isAuthentic else { throw .notAuthentic }
        mixHash(received)
        nonce += 1
        text.removeLast(ChaChaPoly.tagCount)
        return text
    }

    /// How many bytes more than its plain text a part now has on its way.
    var overhead: Int { hasKey ? ChaChaPoly.tagCount : 0 }

    /// The keys of the link: the initiator's for sending, then the responder's, 32 bytes each.
    func split() -> WipedMemory {
        let keys = WipedMemory(count: 2 * ChaChaPoly.keyCount)
        withWipedBytes(count: 2 * NoiseKDF.hashCount) { outputs in
            let first = UnsafeMutableRawBufferPointer(rebasing: outputs[..<64])
            let second = UnsafeMutableRawBufferPointer(rebasing: outputs[64...])
            let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
            NoiseKDF.derive(chainingKey: .init(chainingKey), input: nothing, first: first, second: second)
            keys[0..<32].copyMemory(from: UnsafeRawBufferPointer(rebasing: first[..<32]))
            keys[32..<64].copyMemory(from: UnsafeRawBufferPointer(rebasing: second[..<32]))
        }
        return keys
    }
}
