import MeshCrypto

extension FixedBytes {
    /// The first 8 bytes, read as a big-endian number: in the order of the whole.
    var short: UInt64 { withUnsafeBytes { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) } }
}

extension NodeID {
    /// The first 8 bytes of the key.
    var short: UInt64 { bytes.short }
}
