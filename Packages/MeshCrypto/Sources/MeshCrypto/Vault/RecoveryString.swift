/// A person's identity as a text to write down and keep: whoever has it *is* that person.
///
/// The 32-byte seed in bech32m with the prefix `meshsecret` (69 characters), so that it can't be taken for an id and
/// typing errors are found. Spaces and line breaks in it don't matter.
public enum RecoveryString {
    /// The prefix, which warns.
    public static let prefix = "meshsecret"

    /// The text, in the clear: show it once, to its owner, and keep it nowhere.
    public static func text(of identity: UserIdentity) -> String {
        identity.copySeed().withUnsafeBytes { Bech32m.encode(prefix: prefix, bytes: $0) }
    }

    /// The identity of a text.
    public static func identity(from text: some StringProtocol) throws(RecoveryStringError) -> UserIdentity {
        let letters = String(text.filter { !$0.isWhitespace })
        var decoded: (prefix: String, bytes: [UInt8])
        do { decoded = try Bech32m.decode(letters) } catch { throw .notBech32m(error) }
        guard decoded.prefix == prefix else { throw .wrongKind(got: decoded.prefix, allowed: prefix) }
        guard decoded.bytes.count == KeyPair.seedCount else {
            throw .wrongLength(got: decoded.bytes.count, allowed: KeyPair.seedCount)
        }
        return UserIdentity(seed: SecretBytes(taking: &decoded.bytes))
    }
}

/// Why a text is no ``RecoveryString``.
public enum RecoveryStringError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The text is damaged or something else altogether.
    case notBech32m(Bech32mError)
    /// The text is something else of this system, an id perhaps.
    case wrongKind(got: String, allowed: String)
    /// The text holds another number of bytes than a seed has.
    case wrongLength(got: Int, allowed: Int)

    /// What is wrong with the text, and what to do; never the text itself.
    public var description: String {
        switch self {
        case .notBech32m(let reason): "this is no recovery string: \(reason)"
        case .wrongKind(let got, let allowed):
            "a recovery string begins with \"\(allowed)1\", this text with \"\(got)1\""
        case .wrongLength(let got, let allowed): "this recovery string holds \(got) bytes, a seed has \(allowed)"
        }
    }
}
