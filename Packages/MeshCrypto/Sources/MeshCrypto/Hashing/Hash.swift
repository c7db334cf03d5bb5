import CSodium

/// Domain-separated BLAKE2b in one call.
///
/// The bytes hashed are: one byte with the context's length in UTF-8 (1…255), the context, then the parts in order
/// (see ``HashInput``). Two uses with different contexts can therefore never meet. Nothing is allocated for parts that
/// have no heap memory themselves.
public enum Hash {
    /// 128 bits of one part that lies in memory: the same as of any parts, without their state on its way.
    public static func blake2b16(context: String, _ part: UnsafeRawBufferPointer) -> Bytes16 {
        var digest = Bytes16()
        digest.withUnsafeMutableBytes { hash(part, context, into: $0) }
        return digest
    }

    /// 64 bits of one part that lies in memory.
    public static func blake2b8(context: String, _ part: UnsafeRawBufferPointer) -> UInt64 {
        var digest: UInt64 = 0
        withUnsafeMutableBytes(of: &digest) { hash(part, context, into: $0) }
        return digest.bigEndian
    }

    /// 128 bits of one value of fixed size.
    public static func blake2b16(context: String, _ value: some FixedBytes) -> Bytes16 {
        value.withUnsafeBytes { blake2b16(context: context, $0) }
    }

    /// 64 bits, as a big-endian number: positions and buckets.
    public static func blake2b8<each Part: HashInput>(context: String, _ part: repeat each Part) -> UInt64 {
        var hasher = BLAKE2b(.bytes8, context: context)
        repeat (each part).feed(into: &hasher)
        return hasher.finish8()
    }

    /// 128 bits: identifiers.
    public static func blake2b16<each Part: HashInput>(context: String, _ part: repeat each Part) -> Bytes16 {
        var hasher = BLAKE2b(.bytes16, context: context)
        repeat (each part).feed(into: &hasher)
        return hasher.finish16()
    }

    /// 256 bits: everything that has to resist collisions.
    public static func blake2b32<each Part: HashInput>(context: String, _ part: repeat each Part) -> Bytes32 {
        var hasher = BLAKE2b(.bytes32, context: context)
        repeat (each part).feed(into: &hasher)
        return hasher.finish32()
    }

    private static func hash(
        _ part: UnsafeRawBufferPointer, _ context: String, into digest: UnsafeMutableRawBufferPointer
    ) {
        _ = Sodium.ready
        var context = context
        context.withUTF8 { text in
            precondition((1...255).contains(text.count), "a context has 1 to 255 bytes")
            mesh_blake2b_of(
                digest.octets!, digest.count, text.baseAddress, UInt8(text.count), part.octets, part.count)
        }
    }
}
