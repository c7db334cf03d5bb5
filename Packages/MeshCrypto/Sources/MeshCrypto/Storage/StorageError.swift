/// Why a sealed record was refused.
public enum StorageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Fewer bytes than any sealed record has.
    case tooShort(got: Int, needed: Int)
    /// A newer program sealed the record.
    case unknownVersion(got: UInt8, known: UInt8)
    /// The record was altered, belongs elsewhere, or was sealed with another key.
    case notAuthentic

    /// What happened to the record, and what to do.
    public var description: String {
        switch self {
        case .tooShort(let got, let needed): "a stored record has \(got) bytes, it needs \(needed); restore a copy"
        case .unknownVersion(let got, let known):
            "a stored record has version \(got), this program knows \(known); use the newer program that wrote it"
        case .notAuthentic: "a stored record was altered or is of another account; restore a copy"
        }
    }
}
