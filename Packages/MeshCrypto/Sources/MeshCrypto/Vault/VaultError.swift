/// Why a vault couldn't be opened or written.
public enum VaultError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong with a damaged vault.
    public enum Damage: String, Sendable {
        /// There are fewer or more bytes than the header says.
        case length = "its length is wrong"
        /// The checksum over everything doesn't fit.
        case checksum = "its checksum doesn't fit"
        /// The header says something that doesn't exist.
        case header = "its header makes no sense"
        /// The opened content makes no sense.
        case content = "its content makes no sense"
    }

    /// The bytes are something else than a vault.
    case notAVault
    /// A newer program wrote the vault.
    case unknownVersion(got: UInt8, known: UInt8)
    /// More bytes than a vault may have.
    case tooLarge(got: Int, allowed: Int)
    /// More entries than a vault may have.
    case tooManyEntries(got: Int, allowed: Int)
    /// Bytes were lost or altered since the vault was written.
    case damaged(Damage)
    /// The passphrase isn't the one that the vault was written with.
    case wrongPassphrase
    /// The vault is protected by a passphrase and none was given.
    case passphraseNeeded
    /// A passphrase was given, and the vault isn't protected by one.
    case notProtected
    /// A passphrase without a character protects nothing.
    case emptyPassphrase
    /// The work asked for is outside what this program does (see ``VaultCost``).
    case costOutOfBounds(passes: Int, memoryKibibytes: Int)
    /// The system has too little memory for the work asked for.
    case notEnoughMemory(kibibytes: Int)
    /// A label is longer than a vault takes, in bytes of UTF-8.
    case labelTooLong(got: Int, allowed: Int)
    /// An entry has too many bytes, or another number than its kind has.
    case wrongEntryLength(got: Int, allowed: ClosedRange<Int>)

    /// What happened to the vault, and what to do.
    public var description: String {
        switch self {
        case .notAVault: "this file is no vault; name the right one"
        case .unknownVersion(let got, let known):
            "the vault has format \(got), this program knows \(known); use the newer program that wrote it"
        case .tooLarge(let got, let allowed):
            "the vault has \(got) bytes, \(allowed) are allowed; it was not written here"
        case .tooManyEntries(let got, let allowed): "the vault has \(got) entries, \(allowed) are allowed; remove some"
        case .damaged(let damage):
            "the vault is damaged: \(damage.rawValue); restore it from a copy, or the identity from its recovery string"
        case .wrongPassphrase: "the passphrase is wrong; the vault itself is intact"
        case .passphraseNeeded: "the vault is protected; give its passphrase"
        case .notProtected: "the vault is not protected by a passphrase, though one was given; is it the right file?"
        case .emptyPassphrase: "the passphrase is empty; give one, or say that you want none"
        case .costOutOfBounds(let passes, let memory):
            "\(passes) passes over \(memory) KiB is more or less work than a vault may ask for"
        case .notEnoughMemory(let kibibytes): "the vault needs \(kibibytes) KiB of memory to open; free some"
        case .labelTooLong(let got, let allowed): "the label has \(got) bytes, \(allowed) are allowed; shorten it"
        case .wrongEntryLength(let got, let allowed):
            "an entry of the vault has \(got) bytes, allowed are \(allowed.lowerBound) to \(allowed.upperBound)"
        }
    }
}
