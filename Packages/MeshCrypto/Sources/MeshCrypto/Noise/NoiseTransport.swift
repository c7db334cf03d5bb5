/// The ciphers of a link after its handshake: encrypts what goes out and decrypts what comes in, in the caller's memory
/// and without allocating.
///
/// A class, so that no copy can use a nonce a second time. Not thread-safe: one link, one event loop. Messages must be
/// decrypted in the order in which they were encrypted. After an error, close the link.
public final class NoiseTransport {
    /// The longest Noise message, tag included (Noise, section 3): its length fits 16 bits.
    public static let maximumMessageBytes = 65_535
    /// What encryption adds to each message.
    public static let tagBytes = 16
    /// The longest plain text of one message.
    public static let maximumPlaintextBytes = maximumMessageBytes - tagBytes

    /// The other end's static key, proven by the handshake.
    public let remoteStatic: AgreementKey
    /// The handshake's hash, the same on both ends and on no other link.
    public let handshakeHash: Bytes64
    private let keys: WipedMemory
    private let sendKey: UnsafeRawBufferPointer
    private let receiveKey: UnsafeRawBufferPointer
    /// Numbers of the next messages; tests set them to reach the end.
    var sendNonce: UInt64 = 0
    var receiveNonce: UInt64 = 0

    init(keys: WipedMemory, isInitiator: Bool, handshakeHash: Bytes64, remoteStatic: AgreementKey) {
        self.keys = keys
        let initiators = UnsafeRawBufferPointer(keys[0..<32])
        let responders = UnsafeRawBufferPointer(keys[32..<64])
        sendKey = isInitiator ? initiators : responders
        receiveKey = isInitiator ? responders : initiators
        self.handshakeHash = handshakeHash
        self.remoteStatic = remoteStatic
    }

    /// Encrypts in place: `memory` begins with `plaintextCount` bytes of plain text and has room for ``tagBytes`` more
    /// (less room traps).
    ///
    /// - Returns: how many bytes of `memory` are the message, `plaintextCount + tagBytes`.
    /// - Throws: `messageTooLong` or `noncesExhausted`; memory and cipher are then as before.
    public func encrypt(
        _ memory: UnsafeMutableRawBufferPointer, plaintextCount: Int
    ) throws(NoiseError) -> Int {
        let count = plaintextCount + Self.tagBytes
        precondition(plaintextCount >= 0 && memory.count >= count, "no room for the tag behind the plain text")
        guard count <= Self.maximumMessageBytes else {
            throw .messageTooLong(got: count, allowed: Self.maximumMessageBytes)
        }
        guard sendNonce < ChaChaPoly.nonceLimit else { throw .noncesExhausted }
        ChaChaPoly.encrypt(
            memory, count: plaintextCount, associated: Self.nothing, nonce: sendNonce, key: sendKey)
        sendNonce += 1
        return count
    }

    /// Decrypts in place: `memory` is one whole message.
    ///
    /// - Returns: how many bytes of `memory` are now the plain text, `memory.count − tagBytes`.
    /// - Throws: `messageTooLong`, `messageTooShort`, `notAuthentic` (memory then holds nothing of use) or
    ///   `noncesExhausted`; the cipher is then as before.
    public func decrypt(_ memory: UnsafeMutableRawBufferPointer) throws(NoiseError) -> Int {
        guard memory.count <= Self.maximumMessageBytes else {
            throw .messageTooLong(got: memory.count, allowed: Self.maximumMessageBytes)
        }
        guard memory.count >= Self.tagBytes else {
            throw .messageTooShort(got: memory.count, needed: Self.tagBytes)
        }
        guard receiveNonce < ChaChaPoly.nonceLimit else { throw .noncesExhausted }
        guard ChaChaPoly.decrypt(memory, associated: Self.nothing, nonce: receiveNonce, key: receiveKey) else {
            throw .notAuthentic
        }
        receiveNonce += 1
        return memory.count - Self.tagBytes
    }

    private static var nothing: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }
}

extension NoiseTransport: Redacted {
    var redactedDescription: String { "<link with \(remoteStatic)>" }
}
