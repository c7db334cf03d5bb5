public import MeshCrypto

/// The circle of 2^64 positions, and what is hashed onto it.
public enum Keyspace {
    static let userContext = "mesh user position 1"
    static let pointContext = "mesh place point 1"
    static let claimantContext = "mesh claimant 1"
    static let placeOrderContext = "mesh place order 1"
    static let claimantOrderContext = "mesh claimant order 1"
    /// Points that one BLAKE2b-512 gives.
    static let pointsPerHash = 8

    /// A user's position: BLAKE2b of 8 bytes over the user id.
    public static func position(of user: UserID) -> UInt64 {
        user.bytes.withUnsafeBytes { Hash.blake2b8(context: userContext, $0) }
    }

    /// The points of a place: point i is the (i mod 8)th big-endian word of BLAKE2b-512 over placement key, slot u16
    /// and (i div 8) u16. Neither port nor key of a node goes into it.
    ///
    /// The key is a family byte (4 or 6) with the 4 bytes of an IPv4 address or the first 7 of an IPv6 address.
    public static func points(of address: PlacementAddress, slot: UInt16, count: Int) -> [UInt64] {
        points(of: Place(key: address.placementKey, slot: slot), count: count)
    }

    static func points(of place: Place, count: Int) -> [UInt64] {
        var points: [UInt64] = []
        points.reserveCapacity(count + pointsPerHash)
        for block in 0..<((count + pointsPerHash - 1) / pointsPerHash) {
            var hasher = BLAKE2b(.bytes64, context: pointContext)
            hasher.feed(place)
            hasher.feed(UInt16(block))
            hasher.finish64().withUnsafeBytes { bytes in
                for word in 0..<pointsPerHash {
                    points.append(UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self)))
                }
            }
        }
        points.removeSubrange(count...)
        return points
    }

    /// Decides which of several claimants of a place serves a user: the lowest.
    package static func claim(of node: NodeID, on user: UserID) -> UInt64 {
        var hasher = BLAKE2b(.bytes8, context: claimantContext)
        hasher.feed(user)
        hasher.feed(node)
        return hasher.finish8()
    }

    /// Decides which places of a crowded prefix count: the lowest. Keys have no part in it.
    static func order(of place: Place) -> UInt64 {
        Hash.blake2b8(context: placeOrderContext, place)
    }

    /// Decides which claimant of a place counts first where a prefix is crowded.
    static func order(of node: NodeID, claiming place: Place) -> UInt64 {
        Hash.blake2b8(context: claimantOrderContext, place, node)
    }
}

extension Place: HashInput {
    /// Family byte (4 or 6), then 4 bytes (IPv4) or 7 bytes (IPv6 /56), then the slot, big-endian.
    func feed(into hasher: inout BLAKE2b) {
        hasher.feed(key.family.rawValue)
        switch key.family {
        case .ipv4: hasher.feed(UInt32(truncatingIfNeeded: key.bits))
        case .ipv6: withUnsafeBytes(of: (key.bits << 8).bigEndian) { hasher.update(.init(rebasing: $0[..<7])) }
        }
        hasher.feed(slot)
    }
}
