/// Sixteen secret bytes whose disclosure proves something to whoever knows their hash: that a message was opened
/// (acknowledgement), or that its sender wants it back (recall).
///
/// A value in ordinary memory, because it is made to be disclosed; it never prints.
public struct ProofSecret: Hashable, Sendable, BitwiseCopyable {
    static let context = "mesh proof 1"

    /// The secret itself.
    public let bytes: Bytes16

    /// Takes any 16 bytes.
    public init(_ bytes: Bytes16) {
        self.bytes = bytes
    }

    /// Draws a secret from the operating system's random numbers.
    public static func random() -> ProofSecret {
        ProofSecret(.random())
    }

    /// What the secret has to fit: ``Hash/blake2b16(context:_:)`` of it in the context `mesh proof 1`.
    public var hash: ProofHash {
        ProofHash(Hash.blake2b16(context: Self.context, bytes))
    }
}

extension ProofSecret: Redacted {
    var redactedDescription: String { "<proof secret>" }
}
