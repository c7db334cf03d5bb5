/// Why something is no ``UserID`` or ``NodeID``.
public enum IdentifierError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The text is damaged or something else altogether.
    case notBech32m(Bech32mError)
    /// The text is of another kind, say a node's where a user's is expected.
    case wrongKind(got: String, allowed: String)
    /// The text holds another number of bytes than a public key has.
    case wrongLength(got: Int, allowed: Int)
    /// The 32 bytes are no public key: not canonical, not on the curve, or outside the prime-order subgroup.
    case notAPublicKey(Bytes32)

    /// What is wrong with the identifier, and what to do.
    public var description: String {
        switch self {
        case .notBech32m(let reason): "this is no identifier: \(reason)"
        case .wrongKind(let got, let allowed):
            "this identifier begins with \"\(got)1\", expected is one that begins with \"\(allowed)1\""
        case .wrongLength(let got, let allowed): "this identifier holds \(got) bytes, a public key has \(allowed)"
        case .notAPublicKey(let bytes): "\(bytes.hex) is no public key; whoever gave it made it up or damaged it"
        }
    }
}
