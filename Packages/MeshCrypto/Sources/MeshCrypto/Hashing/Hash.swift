/// Domain-separated BLAKE2b in one call.
///
/// The bytes hashed are: one byte with the context's length in UTF-8 (1…255), the context, then the parts in order
/// (see ``HashInput``). Two uses with different contexts can therefore never meet. Nothing is allocated for parts that
/// have no heap memory themselves.
public enum Hash {
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
}
