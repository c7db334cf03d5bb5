/// Sixty digits that two people compare over another way (reading aloud, say) to know that each has the other's true id.
///
/// The same for both, whichever asks. For each id: BLAKE2b-512 (context `mesh safety number 1`) of the id, then 5,200
/// times BLAKE2b-512 (same context) of the last hash and the id; of the result, six groups of five bytes, each
/// big-endian modulo 100,000. The halves stand in the order of the ids' bytes. Thirty digits (100 bits) an id and the
/// repetitions (12 bits more) stand against somebody who makes up ids until one looks alike.
public struct SafetyNumber: Hashable, Sendable, CustomStringConvertible {
    /// How often the hash is repeated; the number that Signal uses.
    public static let iterations = 5_200
    static let context = "mesh safety number 1"

    /// Twelve groups of five digits.
    public let groups: [String]

    /// The number of two people, in either order (some 3 ms).
    public init(_ one: UserID, _ other: UserID) {
        groups = Self.half(min(one, other)) + Self.half(max(one, other))
    }

    /// The groups, with spaces between them.
    public var description: String { groups.joined(separator: " ") }

    private static func half(_ id: UserID) -> [String] {
        var hasher = BLAKE2b(.bytes64, context: context)
        hasher.feed(id)
        var digest = hasher.finish64()
        for _ in 0..<iterations {
            var next = BLAKE2b(.bytes64, context: context)
            next.feed(digest)
            next.feed(id)
            digest = next.finish64()
        }
        let bytes = digest.bytes
        return (0..<6).map { group in
            let number = bytes[group * 5..<group * 5 + 5].reduce(0) { $0 << 8 | UInt64($1) } % 100_000
            return String(String(number + 100_000).dropFirst())
        }
    }
}
