import MeshCrypto

// How two rosters are compared without sending either of them: by the digests of 128 buckets of neighbouring ids.
extension Roster {
    /// For each bucket BLAKE2b-64 over what the roster's digest covers of its members (``NodeRecord/feedPlacement``).
    /// Only those that changed since the last time are computed, unless caps decide who counts.
    mutating func settledBucketDigests() -> [UInt64] {
        guard parameters.laboratory || !hasCrowd else { return cappedBucketDigests() }
        for bucket in bucketDigests.takeOutdated() {
            let records = members(inBucket: bucket).lazy.filter(\.state.isPlaced).map(\.record)
            bucketDigests.digests[bucket] = Self.bucketDigest(of: records)
        }
        return bucketDigests.digests
    }

    /// The members of a bucket, in the order of node ids.
    func members(inBucket bucket: Int) -> ArraySlice<Member> {
        let start = firstIndex { $0.bucket < bucket }
        var end = start
        while end < members.count, members[end].node.bucket == bucket { end += 1 }
        return members[start..<end]
    }

    /// The members whose ids begin with these words, in the order of node ids.
    func members(withShortIDs ids: [UInt64]) -> [Member] {
        Set(ids).sorted().flatMap { id in
            members[firstIndex { $0.short < id }...].prefix { $0.node.short == id }
        }
    }

    private func firstIndex(after isBefore: (NodeID) -> Bool) -> Int {
        var (low, high) = (0, members.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(members[middle].node) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func cappedBucketDigests() -> [UInt64] {
        var records = Array(repeating: [NodeRecord](), count: SwimLimits.buckets)
        forEachPlaced { records[$0.node.bucket].append($0.record) }
        return records.map { Self.bucketDigest(of: $0) }
    }

    private static func bucketDigest(of records: some Sequence<NodeRecord>) -> UInt64 {
        var hasher = BLAKE2b(.bytes8, context: "mesh roster bucket 1")
        for record in records { record.feedPlacement(into: &hasher) }
        return hasher.finish8()
    }
}

/// The digests of a roster's buckets, and which of them are outdated.
struct BucketDigests: Sendable {
    /// Empty until somebody asks.
    fileprivate(set) var digests: [UInt64] = []
    private var outdated: [Int] = []

    mutating func forget(_ bucket: Int) {
        if !digests.isEmpty, !outdated.contains(bucket) { outdated.append(bucket) }
    }

    /// Those that have to be computed anew now.
    mutating func takeOutdated() -> [Int] {
        guard !digests.isEmpty else {
            digests = Array(repeating: 0, count: SwimLimits.buckets)
            return Array(digests.indices)
        }
        defer { outdated = [] }
        return outdated
    }
}
