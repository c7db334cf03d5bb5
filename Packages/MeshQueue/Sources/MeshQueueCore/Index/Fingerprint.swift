/// A secret of the store, drawn once when it is founded and kept with it: without it nobody can choose ids that fall
/// onto one place of a table.
package struct QueueSeed: Sendable, Hashable {
    package let word0: UInt64
    package let word1: UInt64

    package init(word0: UInt64, word1: UInt64) {
        self.word0 = word0
        self.word1 = word1
    }
}

/// 64 bits that stand for (recipient, id): the upper half from the recipient alone, the lower from both.
///
/// So what is sorted by fingerprint keeps a recipient's entries together. Two ids of one recipient share a fingerprint
/// with probability 2⁻³²; every match is therefore compared with the full ids, and a collision costs a look, never a
/// message.
package struct Fingerprint: Sendable, Hashable {
    package let raw: UInt64

    package init(raw: UInt64) { self.raw = raw }

    /// Spread over all bits, for tables.
    @inline(__always)
    package var mixed: UInt64 {
        var value = raw
        value = (value ^ value &>> 33) &* 0xFF51_AFD7_ED55_8CCD
        value = (value ^ value &>> 33) &* 0xC4CE_B9FE_1A85_EC53
        return value ^ value &>> 33
    }
}

extension QueueSeed {
    /// A hash of the recipient under this seed.
    package func hash(_ recipient: QueueRecipient) -> UInt64 {
        var state = SipHash13(self)
        state.add(recipient.word0)
        state.add(recipient.word1)
        state.add(recipient.word2)
        state.add(recipient.word3)
        return state.finish(byteCount: QueueRecipient.byteCount)
    }

    /// The fingerprint of an id of the recipient whose hash is given.
    package func fingerprint(recipientHash: UInt64, id: QueueItemID) -> Fingerprint {
        var state = SipHash13(self)
        state.add(recipientHash)
        state.add(id.word0)
        state.add(id.word1)
        let itemHash = state.finish(byteCount: 8 + QueueItemID.byteCount)
        return Fingerprint(raw: recipientHash & 0xFFFF_FFFF_0000_0000 | itemHash >> 32)
    }

    /// The fingerprint of (recipient, id).
    package func fingerprint(_ recipient: QueueRecipient, _ id: QueueItemID) -> Fingerprint {
        fingerprint(recipientHash: hash(recipient), id: id)
    }
}

/// SipHash-1-3 over whole words (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012; one compression and
/// three finalisation rounds as Rust and Python use for tables).
package struct SipHash13 {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64

    package init(_ seed: QueueSeed) {
        v0 = seed.word0 ^ 0x736F_6D65_7073_6575
        v1 = seed.word1 ^ 0x646F_7261_6E64_6F6D
        v2 = seed.word0 ^ 0x6C79_6765_6E65_7261
        v3 = seed.word1 ^ 0x7465_6462_7974_6573
    }

    @inline(__always)
    package mutating func add(_ word: UInt64) {
        v3 ^= word
        round()
        v0 ^= word
    }

    @inline(__always)
    package mutating func finish(byteCount: Int) -> UInt64 {
        add(UInt64(truncatingIfNeeded: byteCount) << 56)
        v2 ^= 0xFF
        round()
        round()
        round()
        return v0 ^ v1 ^ v2 ^ v3
    }

    @inline(__always)
    private mutating func round() {
        v0 &+= v1
        v2 &+= v3
        v1 = (v1 &<< 13 | v1 &>> 51) ^ v0
        v3 = (v3 &<< 16 | v3 &>> 48) ^ v2
        v0 = v0 &<< 32 | v0 &>> 32
        v2 &+= v1
        v0 &+= v3
        v1 = (v1 &<< 17 | v1 &>> 47) ^ v2
        v3 = (v3 &<< 21 | v3 &>> 43) ^ v0
        v2 = v2 &<< 32 | v2 &>> 32
    }
}
