/// The key of what a program keeps on disk: it seals records and hides what they are looked up by.
///
/// A sealed record is version 1 | nonce 24 | ciphertext | tag 16, by XChaCha20-Poly1305 under a key derived for sealing
/// (BLAKE2b-256 keyed with the storage key, context `mesh storage seal 1`), with version and associated data bound to
/// it. Lookup keys come from a second derived key (context `mesh storage lookup 1`).
public final class StorageKey: Sendable {
    /// How many bytes a storage key has.
    public static let byteCount = 32
    /// How many bytes a record grows when it is sealed.
    public static let overheadBytes = 1 + Bytes24.byteCount + XChaChaPoly.tagCount
    static let recordVersion: UInt8 = 1
    static let sealContext = "mesh storage seal 1"
    static let lookupContext = "mesh storage lookup 1"

    let master: SecretBytes
    /// The key for sealing, then the key for lookups, 32 bytes each.
    private let derived: SecretBytes

    /// Takes 32 secret bytes, from a ``Vault`` perhaps; another length traps.
    public init(_ bytes: SecretBytes) {
        precondition(bytes.count == Self.byteCount, "a storage key has 32 bytes")
        master = bytes
        derived = SecretBytes(count: 64) { derived in
            for (range, context) in [(0..<32, Self.sealContext), (32..<64, Self.lookupContext)] {
                bytes.withUnsafeBytes { master in
                    var hasher = BLAKE2b(.bytes32, context: context, key: master)
                    hasher.finish(into: UnsafeMutableRawBufferPointer(rebasing: derived[range]))
                }
            }
        }
    }

    /// Draws a key from the operating system's random numbers.
    public static func generate() -> StorageKey {
        StorageKey(SecretBytes(randomCount: byteCount))
    }

    /// Seals a record.
    ///
    /// - Parameters:
    ///   - plain: the record.
    ///   - associated: what it belongs to (its table and row, say): it opens with the same only, so records can't be
    ///     swapped on disk.
    ///   - nonce: a new random one each time; it is carried along.
    /// - Returns: ``overheadBytes`` more bytes than `plain`.
    public func seal(
        _ plain: UnsafeRawBufferPointer, associated: [UInt8], nonce: Bytes24 = .random()
    ) -> [UInt8] {
        let count = plain.count + Self.overheadBytes
        return [UInt8](unsafeUninitializedCapacity: count) { memory, written in
            var writer = ByteWriter(
                UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(memory)[..<count]))
            writer.put(Self.recordVersion)
            writer.put(nonce)
            with(associated) { associated, key in
                XChaChaPoly.seal(plain, into: writer.rest, associated: associated, nonce: nonce, key: key)
            }
            written = count
        }
    }

    /// Seals a record that lies in an array.
    public func seal(_ plain: [UInt8], associated: [UInt8], nonce: Bytes24 = .random()) -> [UInt8] {
        plain.withUnsafeBytes { seal($0, associated: associated, nonce: nonce) }
    }

    /// Opens a record. Any bytes give a record or an error.
    public func open(_ sealed: UnsafeRawBufferPointer, associated: [UInt8]) throws(StorageError) -> [UInt8] {
        var reader = ByteReader(sealed)
        guard let version = reader.integer(UInt8.self), let nonce = reader.fixed(Bytes24.self),
            reader.rest.count >= XChaChaPoly.tagCount
        else { throw .tooShort(got: sealed.count, needed: Self.overheadBytes) }
        guard version == Self.recordVersion else {
            throw .unknownVersion(got: version, known: Self.recordVersion)
        }
        let count = reader.rest.count - XChaChaPoly.tagCount
        var isAuthentic = false
        // At capacity 0 the standard library writes to its one empty array, which the thread sanitizer reports.
        let plain = [UInt8](unsafeUninitializedCapacity: max(count, 1)) { memory, written in
            let plain = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(memory)[..<count])
            isAuthentic = with(associated) { associated, key in
                XChaChaPoly.open(reader.rest, into: plain, associated: associated, nonce: nonce, key: key)
            }
            written = isAuthentic ? count : 0
        }
        guard isAuthentic else { throw .notAuthentic }
        return plain
    }

    /// Opens a record that lies in an array.
    public func open(_ sealed: [UInt8], associated: [UInt8]) throws(StorageError) -> [UInt8] {
        try sealed.withRawBytes { sealed throws(StorageError) in try open(sealed, associated: associated) }
    }

    /// What a record is looked up by, in place of a value that must not stand on disk: the same for the same context and
    /// parts, and without this key nobody can tell of which value it is.
    ///
    /// Parts follow each other without a mark between them (see ``HashInput``).
    public func lookupKey<each Part: HashInput>(context: String, _ part: repeat each Part) -> Bytes32 {
        derived.withUnsafeBytes { derived in
            let key = UnsafeRawBufferPointer(rebasing: derived[32...])
            var hasher = BLAKE2b(.bytes32, context: context, key: key)
            repeat (each part).feed(into: &hasher)
            return hasher.finish32()
        }
    }

    /// Lends what the cipher takes: the record's version before its associated data, and the key.
    private func with<Result>(
        _ associated: [UInt8], _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(byteCount: 1 + associated.count, alignment: 1) { memory in
            var writer = ByteWriter(memory)
            writer.put(Self.recordVersion)
            writer.put(associated)
            return derived.withUnsafeBytes {
                body(UnsafeRawBufferPointer(memory), UnsafeRawBufferPointer(rebasing: $0[..<32]))
            }
        }
    }
}

extension StorageKey: Redacted {
    var redactedDescription: String { "<storage key>" }
}
