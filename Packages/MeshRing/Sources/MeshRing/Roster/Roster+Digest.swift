public import MeshCrypto

// What stands for a roster: a digest over those of 128 buckets of neighbouring ids. So a change costs one bucket and
// 2 KiB to hash, however many members there are, and two rosters are compared without sending either of them.
extension Roster {
    private static let digestContext = "mesh roster digest 1"
    private static let bucketContext = "mesh roster bucket 1"
    /// How many buckets there are: their digests, cut to 8 bytes, fit into one message.
    static let bucketCount = 128

    /// What stands for the set of placed nodes: BLAKE2b-128 in the context `mesh roster digest 1` over the digests of
    /// all 128 buckets, 16 bytes each, in the order of ids.
    ///
    /// A node's bucket is the first 7 bits of its id. A bucket's digest is BLAKE2b-128 in the context
    /// `mesh roster bucket 1` over node 32 | incarnation u64 | placement address (family u8, 4 or 16 bytes) | slot u16 of
    /// each of its nodes that is alive or suspect and within the caps, in the order of ids; of none, 16 zero bytes. Two
    /// rosters with one digest place every user alike.
    public var digest: Bytes16 {
        if let known = digests.whole { return known }
        var settled = self
        settled.settle()
        return settled.digest
    }

    /// Computes the digest once, for all who ask before the next change.
    mutating func settle() {
        guard digests.whole == nil else { return }
        var hasher = BLAKE2b(.bytes16, context: Self.digestContext)
        settledBucketDigests().withUnsafeBytes { hasher.update($0) }
        digests.whole = hasher.finish16()
    }

    /// All buckets' digests. Only those that changed since the last time are computed, unless caps decide who counts.
    mutating func settledBucketDigests() -> [Bytes16] {
        guard !hasCrowd else { return cappedBucketDigests() }
        for bucket in digests.takeOutdated() {
            digests.buckets[bucket] = digest(ofBucket: bucket, where: \.state.isPlaced)
        }
        return digests.buckets
    }

    private func cappedBucketDigests() -> [Bytes16] {
        let counted = Set(placements(where: \.isPlaced).map(\.node))
        return (0..<Self.bucketCount).map { digest(ofBucket: $0) { counted.contains($0.node) } }
    }

    private func digest(ofBucket bucket: Int, where counts: (Member) -> Bool) -> Bytes16 {
        var isEmpty = true
        var hasher = BLAKE2b(.bytes16, context: Self.bucketContext)
        for member in members(inBucket: bucket) where counts(member) {
            isEmpty = false
            member.record.feedPlacement(into: &hasher)
        }
        return isEmpty ? Bytes16() : hasher.finish16()
    }
}

extension NodeID {
    /// Which of ``Roster/bucketCount`` buckets it lies in: the first 7 bits.
    var bucket: Int { Int(short >> 57) }
    /// How a bucket's first id begins.
    static func leastShort(inBucket bucket: Int) -> UInt64 { UInt64(bucket) << 57 }
}

/// A roster's digests as far as they are known.
struct RosterDigests: Sendable {
    /// The whole roster's.
    fileprivate(set) var whole: Bytes16?
    /// The buckets'. Empty until somebody asks.
    fileprivate(set) var buckets: [Bytes16] = []
    private var outdated: [Int] = []

    mutating func forget(_ bucket: Int) {
        whole = nil
        if !buckets.isEmpty, !outdated.contains(bucket) { outdated.append(bucket) }
    }

    /// Those that have to be computed anew now.
    mutating func takeOutdated() -> [Int] {
        guard !buckets.isEmpty else {
            buckets = Array(repeating: Bytes16(), count: Roster.bucketCount)
            return Array(buckets.indices)
        }
        defer { outdated = [] }
        return outdated
    }
}
