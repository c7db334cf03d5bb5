import CSodium

/// BLAKE2b (RFC 7693) piece by piece, without heap memory.
///
/// Start it with a context to keep uses apart (see ``Hash``), feed it with ``update(_:)`` or ``feed(_:)``, and end it
/// with the `finish…` of the length it was started for; ending it with another traps.
public struct BLAKE2b: ~Copyable {
    private var state = mesh_blake2b()
    private let outputCount: Int

    /// The length of a digest, in bytes. It is a parameter of the hash: a shorter digest is no prefix of a longer one.
    public enum OutputLength: Int, Sendable {
        /// 64 bits: positions, nothing that has to resist collisions.
        case bytes8 = 8
        /// 128 bits: identifiers.
        case bytes16 = 16
        /// 256 bits: everything that has to resist collisions.
        case bytes32 = 32
        /// 512 bits: key derivation and Noise.
        case bytes64 = 64
    }

    /// Starts a plain BLAKE2b with nothing fed to it.
    public init(_ length: OutputLength) {
        _ = Sodium.ready
        outputCount = length.rawValue
        let status = mesh_blake2b_init(&state, nil, 0, outputCount)
        precondition(status == 0, "BLAKE2b refused \(length.rawValue) bytes of output")
    }

    /// Starts a hash kept apart from every other use: one byte with the context's length in UTF-8 (1…255, else it
    /// traps), then the context.
    public init(_ length: OutputLength, context: String) {
        self.init(length)
        feedContext(context)
    }

    /// Starts a keyed BLAKE2b (a message authentication code) with a key of 16…64 bytes, then the context as in
    /// ``init(_:context:)``.
    public init(_ length: OutputLength, context: String, key: UnsafeRawBufferPointer) {
        self.init(length, key: key)
        feedContext(context)
    }

    /// Starts a keyed BLAKE2b with nothing fed to it but the key of 16…64 bytes.
    init(_ length: OutputLength, key: UnsafeRawBufferPointer) {
        _ = Sodium.ready
        precondition((16...64).contains(key.count), "a BLAKE2b key has 16 to 64 bytes")
        outputCount = length.rawValue
        let status = mesh_blake2b_init(&state, key.octets, key.count, outputCount)
        precondition(status == 0, "BLAKE2b refused its key")
    }

    /// Feeds bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.octets else { return }
        mesh_blake2b_update(&state, base, bytes.count)
    }

    /// Feeds one part: bytes, text, an identifier or an integer.
    @inlinable
    public mutating func feed(_ part: some HashInput) {
        part.feed(into: &self)
    }

    /// Ends a hash of 8 bytes, read as a big-endian number.
    public consuming func finish8() -> UInt64 {
        var digest: UInt64 = 0
        withUnsafeMutableBytes(of: &digest) { finish(into: $0) }
        return digest.bigEndian
    }

    /// Ends a hash of 16 bytes.
    public consuming func finish16() -> Bytes16 {
        var digest = Bytes16()
        digest.withUnsafeMutableBytes { finish(into: $0) }
        return digest
    }

    /// Ends a hash of 32 bytes.
    public consuming func finish32() -> Bytes32 {
        var digest = Bytes32()
        digest.withUnsafeMutableBytes { finish(into: $0) }
        return digest
    }

    /// Ends a hash of 64 bytes.
    public consuming func finish64() -> Bytes64 {
        var digest = Bytes64()
        digest.withUnsafeMutableBytes { finish(into: $0) }
        return digest
    }

    /// Ends the hash into caller's memory of exactly the length it was started for; libsodium wipes the state.
    mutating func finish(into digest: UnsafeMutableRawBufferPointer) {
        precondition(digest.count == outputCount, "BLAKE2b was started for \(outputCount) bytes")
        mesh_blake2b_final(&state, digest.octets!, outputCount)
    }

    private mutating func feedContext(_ context: String) {
        var context = context
        context.withUTF8 { text in
            precondition((1...255).contains(text.count), "a context has 1 to 255 bytes")
            withUnsafeBytes(of: UInt8(text.count)) { update($0) }
            update(UnsafeRawBufferPointer(text))
        }
    }
}
