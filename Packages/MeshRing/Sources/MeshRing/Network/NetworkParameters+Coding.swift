public import MeshCrypto

extension NetworkParameters {
    /// version u8 | replicas u8 | points per node u16 | slots per address u8 | hash u8 | laboratory u8 | 0 u8 | nonce
    /// 16.
    public static let encodedBytes = 24
    /// The version of the layout.
    public static let version: UInt8 = 1
    /// The hash function of positions and ids; there is one so far.
    public static let blake2b: UInt8 = 1

    /// The network's id: BLAKE2b-256 in the context `mesh network 1` over the 24 encoded bytes.
    public var id: NetworkID {
        NetworkID(Hash.blake2b32(context: "mesh network 1", encoded()))
    }

    /// The 24 bytes that stand for these parameters.
    public func encoded() -> [UInt8] {
        var writer = ByteWriter(reserving: Self.encodedBytes)
        writer.integer(Self.version)
        writer.integer(replicas)
        writer.integer(pointsPerNode)
        writer.integer(slotsPerAddress)
        writer.integer(Self.blake2b)
        writer.integer(UInt8(laboratory ? 1 : 0))
        writer.integer(UInt8(0))
        writer.fixed(nonce)
        return writer.bytes
    }

    /// Reads what ``encoded()`` wrote; any other bytes give a named error.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(NetworkParametersError) {
        guard bytes.count == Self.encodedBytes else {
            throw .length(got: bytes.count, allowed: Self.encodedBytes)
        }
        guard bytes[0] == Self.version else { throw .version(got: bytes[0], allowed: Self.version) }
        guard bytes[5] == Self.blake2b else { throw .hash(got: bytes[5], allowed: Self.blake2b) }
        guard bytes[6] <= 1, bytes[7] == 0 else { throw .flags(got: UInt16(bytes[6]) << 8 | UInt16(bytes[7])) }
        try self.init(
            replicas: bytes[1], pointsPerNode: UInt16(bytes[2]) << 8 | UInt16(bytes[3]), slotsPerAddress: bytes[4],
            laboratory: bytes[6] == 1, nonce: Bytes16(copying: .init(rebasing: bytes[8...])))
    }

    /// Reads what ``encoded()`` wrote; any other bytes give a named error.
    public init(decoding bytes: [UInt8]) throws(NetworkParametersError) {
        self = try bytes.withTypedBytes { (raw) throws(NetworkParametersError) in try Self(decoding: raw) }
    }
}
