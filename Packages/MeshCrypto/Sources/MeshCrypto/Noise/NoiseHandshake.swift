/// The handshake of a link: `Noise_XX_25519_ChaChaPoly_BLAKE2b` (Noise framework, revision 34).
///
/// A machine without input or output of its own. The initiator writes the first message, the responder the second, the
/// initiator the third; each carries a payload: the first in the clear, the second readable for the initiator and
/// whoever poses as one, the third only for the owner of the responder's key. After the third, both hold a
/// ``NoiseTransport`` and know the other's static key as proven. The first error ends the handshake for good.
///
/// ```
/// initiator: let first = try dialler.write(payload: [])
/// responder: _ = try listener.read(first);   let second = try listener.write(payload: myID)
/// initiator: let theirID = try dialler.read(second)
///            guard NodeID(…).converts(to: dialler.remoteStatic!) else { … }
///            let third = try dialler.write(payload: myID);   let link = dialler.makeTransport()
/// responder: let theirID = try listener.read(third);   let link = listener.makeTransport()
/// ```
public final class NoiseHandshake {
    /// Which end of the link this is.
    public enum Role: Sendable {
        /// Dials, and writes the first message.
        case initiator
        /// Listens, and reads the first message.
        case responder
    }

    /// What this end has to do next.
    public enum Step: Sendable {
        /// Call ``write(payload:)`` and send the result.
        case write
        /// Wait for a message and give it to ``read(_:)``.
        case read
        /// Call ``makeTransport()``.
        case finished
        /// Close the link.
        case failed
    }

    private let state: NoiseHandshakeState

    /// Starts a handshake.
    ///
    /// - Parameters:
    ///   - role: which end this is.
    ///   - key: this end's static key, which the handshake proves to the other.
    ///   - prologue: what both ends must agree on before (network, path, versions); any length.
    ///   - ephemeral: the key of this one handshake. Give one only to replay vectors or a seeded simulation: a repeated
    ///     ephemeral key gives away what it protects.
    public init(
        role: Role, key: NoiseKeyPair, prologue: [UInt8], ephemeral: NoiseKeyPair = .throwaway()
    ) {
        state = prologue.withUnsafeBytes {
            NoiseHandshakeState(
                .xx, isInitiator: role == .initiator, prologue: $0, ours: key, ephemeral: ephemeral)
        }
    }

    /// What this end has to do next.
    public var step: Step {
        switch state.turn {
        case .write: .write
        case .read: .read
        case .finished: .finished
        case .failed: .failed
        }
    }

    /// The next message, with `payload` in it. To call this when ``step`` isn't `write` is a mistake and traps.
    public func write(payload: [UInt8]) throws(NoiseError) -> [UInt8] {
        try payload.withRawBytes { payload throws(NoiseError) in try state.write(payload: payload) }
    }

    /// The payload of a message of the other end. Any bytes give a payload or an error.
    public func read(_ message: UnsafeRawBufferPointer) throws(NoiseError) -> [UInt8] {
        try state.read(message)
    }

    /// The payload of a message of the other end.
    public func read(_ message: [UInt8]) throws(NoiseError) -> [UInt8] {
        try message.withRawBytes { message throws(NoiseError) in try state.read(message) }
    }

    /// The other end's static key, once a message with it was read. It is proven when that message was read without
    /// error; compare it with a claimed identity by ``KeyIdentifier/converts(to:)``.
    public var remoteStatic: AgreementKey? {
        state.turn == .failed ? nil : state.remoteStatic
    }

    /// The hash of everything both ends sent and know, the same on both and on no other link: 64 bytes to sign or
    /// compare. To ask for it before ``step`` is `finished` traps.
    public var handshakeHash: Bytes64 {
        precondition(step == .finished, "the handshake's hash is final at its end only")
        return state.symmetric.hash
    }

    /// The link's ciphers. To ask for them before ``step`` is `finished` traps. Call it once: two transports of one
    /// handshake would use the same nonces.
    public func makeTransport() -> NoiseTransport {
        precondition(step == .finished && !hasTransport, "one handshake makes one transport, at its end")
        hasTransport = true
        return NoiseTransport(
            keys: state.symmetric.split(), isInitiator: state.isInitiator,
            handshakeHash: state.symmetric.hash, remoteStatic: state.remoteStatic!)
    }

    private var hasTransport = false
}

extension NoiseHandshake: Redacted {
    var redactedDescription: String { "<link handshake, next: \(step)>" }
}
