/// Why a text is no bech32m.
public enum Bech32mError: Error, Equatable, Sendable, CustomStringConvertible {
    /// More characters than BIP-173 allows.
    case tooLong(got: Int, allowed: Int)
    /// Too few characters behind the separator for a checksum.
    case tooShort
    /// No `1` between prefix and data.
    case noSeparator
    /// Nothing in front of the `1`.
    case noPrefix
    /// Upper and lower case letters in one text.
    case mixedCase
    /// A character that can't stand there; positions count from zero, in bytes.
    case badCharacter(position: Int)
    /// The checksum doesn't fit: a typing error.
    case wrongChecksum
    /// The data are no whole number of bytes.
    case badPadding

    /// What is wrong with the text, and what to do.
    public var description: String {
        switch self {
        case .tooLong(let got, let allowed): "the text has \(got) characters, \(allowed) are allowed; copy it again"
        case .tooShort: "the text is too short; copy all of it"
        case .noSeparator: "the text has no \"1\" behind its prefix; copy all of it"
        case .noPrefix: "the text has no prefix before its \"1\"; copy all of it"
        case .mixedCase: "the text mixes upper and lower case; write all of it in one"
        case .badCharacter(let position): "character \(position + 1) can't stand there; compare it with the original"
        case .wrongChecksum: "the checksum doesn't fit: there is a typing error in the text"
        case .badPadding: "the text holds no whole number of bytes; it was not written by this program"
        }
    }
}
