import MeshCrypto

// What goes into hashes here besides MeshCrypto's own types. `HashInput` is internal to these uses.

/// Family byte (4 or 6), then 4 bytes (IPv4) or 7 bytes (IPv6 /56), big-endian.
struct PlacementKeyInput: HashInput {
    let key: PlacementKey

    func feed(into hasher: inout BLAKE2b) {
        hasher.feed(key.family.rawValue)
        switch key.family {
        case .ipv4: hasher.feed(UInt32(truncatingIfNeeded: key.bits))
        case .ipv6: withUnsafeBytes(of: (key.bits << 8).bigEndian) { hasher.update(.init(rebasing: $0[..<7])) }
        }
    }
}

/// Family byte (4 or 6), then 4 or 16 bytes, big-endian.
struct AddressInput: HashInput {
    let address: PlacementAddress

    func feed(into hasher: inout BLAKE2b) {
        hasher.feed(address.family.rawValue)
        switch address {
        case .ipv4(let value): hasher.feed(value)
        case .ipv6(let high, let low):
            hasher.feed(high)
            hasher.feed(low)
        }
    }
}
