/// The checksum of everything on disk: XXH64 (Yann Collet, BSD licence; specification `doc/xxhash_spec.md` of
/// github.com/Cyan4973/xxHash).
///
/// Why not CRC32C: without the processor's instruction it costs some 0.6 µs a KiB, and the instruction can't be reached
/// from Swift. XXH64 takes a tenth of that in plain Swift. It guards against rot and misplaced writes, not against
/// people.
package enum XXH64 {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    /// The hash of `bytes` under `seed`.
    package static func hash(_ bytes: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
        var offset = 0
        var hash = seed &+ prime5
        if bytes.count >= 32 { hash = stripes(bytes, seed: seed, offset: &offset) }
        hash &+= UInt64(truncatingIfNeeded: bytes.count)
        return avalanche(tail(bytes, from: offset, hash: hash))
    }

    @inline(__always)
    private static func round(_ accumulator: UInt64, _ lane: UInt64) -> UInt64 {
        rotate(accumulator &+ lane &* prime2, by: 31) &* prime1
    }

    @inline(__always)
    private static func rotate(_ value: UInt64, by bits: UInt64) -> UInt64 {
        value &<< bits | value &>> (64 &- bits)
    }

    private static func stripes(_ bytes: UnsafeRawBufferPointer, seed: UInt64, offset: inout Int) -> UInt64 {
        var lane1 = seed &+ prime1 &+ prime2
        var lane2 = seed &+ prime2
        var lane3 = seed
        var lane4 = seed &- prime1
        let end = bytes.count &- 31
        while offset < end {
            lane1 = round(lane1, bytes.integer(at: offset, as: UInt64.self))
            lane2 = round(lane2, bytes.integer(at: offset &+ 8, as: UInt64.self))
            lane3 = round(lane3, bytes.integer(at: offset &+ 16, as: UInt64.self))
            lane4 = round(lane4, bytes.integer(at: offset &+ 24, as: UInt64.self))
            offset &+= 32
        }
        var hash = rotate(lane1, by: 1) &+ rotate(lane2, by: 7) &+ rotate(lane3, by: 12) &+ rotate(lane4, by: 18)
        hash = merge(hash, lane1)
        hash = merge(hash, lane2)
        hash = merge(hash, lane3)
        return merge(hash, lane4)
    }

    @inline(__always)
    private static func merge(_ hash: UInt64, _ lane: UInt64) -> UInt64 {
        (hash ^ round(0, lane)) &* prime1 &+ prime4
    }

    private static func tail(_ bytes: UnsafeRawBufferPointer, from start: Int, hash: UInt64) -> UInt64 {
        var hash = hash
        var offset = start
        while offset &+ 8 <= bytes.count {
            hash ^= round(0, bytes.integer(at: offset, as: UInt64.self))
            hash = rotate(hash, by: 27) &* prime1 &+ prime4
            offset &+= 8
        }
        if offset &+ 4 <= bytes.count {
            hash ^= UInt64(bytes.integer(at: offset, as: UInt32.self)) &* prime1
            hash = rotate(hash, by: 23) &* prime2 &+ prime3
            offset &+= 4
        }
        while offset < bytes.count {
            hash = rotate(hash ^ UInt64(bytes[offset]) &* prime5, by: 11) &* prime1
            offset &+= 1
        }
        return hash
    }

    private static func avalanche(_ value: UInt64) -> UInt64 {
        var hash = value
        hash = (hash ^ hash &>> 33) &* prime2
        hash = (hash ^ hash &>> 29) &* prime3
        return hash ^ hash &>> 32
    }
}
