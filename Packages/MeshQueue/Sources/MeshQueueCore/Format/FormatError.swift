/// Why bytes of a store's file aren't what they should be.
package enum FormatError: Error, Sendable, Hashable {
    /// Fewer bytes than the structure needs, or more than it has.
    case wrongLength(got: Int, expected: Int)
    /// The checksum doesn't fit the bytes at this place.
    case checksumMismatch
    /// Another kind of structure than expected.
    case wrongKind(got: UInt8, expected: UInt8)
    /// A layout that this version doesn't know.
    case unsupportedFormat(got: UInt8, supported: UInt8)
    /// More elements than a structure of this kind can have.
    case tooMany(got: Int, limit: Int)
    /// A field with a value that can't be.
    case invalidField(String)
}

extension FormatError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .wrongLength(let got, let expected): "has \(got) bytes, expected \(expected)"
        case .checksumMismatch: "its checksum doesn't fit its content"
        case .wrongKind(let got, let expected): "is of kind \(got), expected \(expected)"
        case .unsupportedFormat(let got, let supported): "has layout \(got), known is \(supported)"
        case .tooMany(let got, let limit): "claims \(got) elements, at most \(limit) are possible"
        case .invalidField(let name): "field \(name) has an impossible value"
        }
    }
}
