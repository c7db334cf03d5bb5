public import MeshCrypto
import MeshWire

/// What removes a message from a queue: no node's word does (DESIGN §7.3).
public enum RemovalProof: Sendable, Equatable {
    /// The 16-byte secret from inside the sealed envelope.
    case acknowledgement(Bytes16)
    /// The recipient's signature over the id of a message that it can't open.
    case discard(Bytes64)

    /// Bytes of the longest encoding: a kind and a signature.
    public static let maximumBytes = 1 + 64

    /// Layout: kind 1 (1 acknowledgement, 2 discard) | 16 or 64 bytes. Kept with the tombstone, so that it can be
    /// shown to replicas.
    public var encoded: [UInt8] {
        switch self {
        case .acknowledgement(let secret): [1] + secret.bytes
        case .discard(let signature): [2] + signature.bytes
        }
    }

    /// Nil for anything that `encoded` can't have written.
    public init?(decoding bytes: UnsafeRawBufferPointer) {
        guard let kind = bytes.first else { return nil }
        let value = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        switch (kind, value.count) {
        case (1, 16): self = .acknowledgement(Bytes16(copying: value))
        case (2, 64): self = .discard(Bytes64(copying: value))
        default: return nil
        }
    }

    /// Whether it removes the message whose stored body begins with `bodyPrefix` (at least `Submission.bodyHeader`
    /// bytes: flags, acknowledgement hash, recall hash).
    public func fits(
        bodyPrefix: UnsafeRawBufferPointer, recipient: UserID, id: SubmissionID, network: NetworkID
    ) -> Bool {
        guard bodyPrefix.count >= Submission.bodyHeader else { return false }
        switch self {
        case .acknowledgement(let secret):
            let hash = Bytes16(copying: UnsafeRawBufferPointer(rebasing: bodyPrefix[2..<18]))
            return ProofSecret(secret).hash == ProofHash(hash)
        case .discard(let signature):
            return recipient.verifies(
                signature, of: Discard.signed(id, network: network), context: Discard.context)
        }
    }
}
