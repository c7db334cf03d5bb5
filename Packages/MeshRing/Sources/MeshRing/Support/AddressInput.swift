import MeshCrypto

/// Family byte (4 or 6), then 4 or 16 bytes, big-endian: an address as a hash takes it in.
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
