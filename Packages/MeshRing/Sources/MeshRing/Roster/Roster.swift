public import MeshCrypto

/// The nodes that one node or client knows of in a network, with what it thinks of each: a value, sorted by node id.
public struct Roster: Sendable {
    /// What the network computes with.
    public let parameters: NetworkParameters
    /// All members, sorted by node id.
    public private(set) var members: [Member] = []
    private var knownDigest: Bytes16?
    /// How many placed members each prefix has: caps matter to few rosters, and all of them are asked for digests.
    private var crowds = PrefixCrowds()
    /// What each bucket's digest is, for those that have been asked for since they changed.
    var bucketDigests = BucketDigests()

    /// One node: its record and what the roster's owner thinks of it.
    public struct Member: Hashable, Sendable {
        /// What the node says of itself.
        public let record: NodeRecord
        /// What the roster's owner thinks of it.
        public var state: NodeState
        /// Since when it has been in that state; milliseconds since 1970.
        public var stateSinceMilliseconds: UInt64
        /// When it last answered at its placement address; milliseconds since 1970. Nil where it was never dialled.
        public var provenAtMilliseconds: UInt64?

        /// Takes the parts as they are.
        public init(
            _ record: NodeRecord, state: NodeState, stateSinceMilliseconds: UInt64, provenAtMilliseconds: UInt64? = nil
        ) {
            self.record = record
            self.state = state
            self.stateSinceMilliseconds = stateSinceMilliseconds
            self.provenAtMilliseconds = provenAtMilliseconds
        }

        /// The node.
        public var node: NodeID { record.node }
    }

    /// An empty roster.
    public init(parameters: NetworkParameters) {
        self.parameters = parameters
    }

    /// What another roster's owner told, taken at its word: for a client's first look, and for computing a digest.
    public init(parameters: NetworkParameters, reported: some Sequence<ReportedRecord>, now: UInt64) {
        self.parameters = parameters
        for report in reported { put(Member(report.record, state: report.state, stateSinceMilliseconds: now)) }
    }
}

extension Roster {
    /// The member with this id.
    public subscript(node: NodeID) -> Member? {
        let index = firstIndex(atOrAfter: node)
        return index < members.count && members[index].node == node ? members[index] : nil
    }

    /// Adds a member, or replaces the one with the same id.
    public mutating func put(_ member: Member) {
        let index = firstIndex(atOrAfter: member.node)
        if index < members.count, members[index].node == member.node {
            guard members[index] != member else { return }
            if changesDigest(members[index], member) {
                forgetDigest(with: member.node)
                crowds.leave(members[index])
                crowds.enter(member)
            }
            if members[index].record.placementAddress != member.record.placementAddress {
                crowds.count(members[index].record, -1)
                crowds.count(member.record, 1)
            }
            members[index] = member
        } else {
            if member.state.isPlaced { forgetDigest(with: member.node) }
            crowds.enter(member)
            crowds.count(member.record, 1)
            members.insert(member, at: index)
        }
    }

    /// Removes a member; nil if there is none with this id.
    @discardableResult
    public mutating func remove(_ node: NodeID) -> Member? {
        let index = firstIndex(atOrAfter: node)
        guard index < members.count, members[index].node == node else { return nil }
        if members[index].state.isPlaced { forgetDigest(with: node) }
        crowds.leave(members[index])
        crowds.count(members[index].record, -1)
        return members.remove(at: index)
    }

    /// What is told to others, in the order of node ids: up to `limit` members behind `node`, from the start if nil.
    public func reported(after node: NodeID? = nil, limit: Int = .max) -> [ReportedRecord] {
        let start = node.map { firstIndex(after: $0) } ?? 0
        return members[start...].prefix(limit).map { ReportedRecord($0.record, state: $0.state) }
    }

    private mutating func forgetDigest(with node: NodeID) {
        knownDigest = nil
        bucketDigests.forget(node.bucket)
    }

    private func changesDigest(_ old: Member, _ new: Member) -> Bool {
        old.state.isPlaced != new.state.isPlaced || (new.state.isPlaced && old.record != new.record)
    }

    private func firstIndex(after node: NodeID) -> Int {
        let index = firstIndex(atOrAfter: node)
        return index < members.count && members[index].node == node ? index + 1 : index
    }

    private func firstIndex(atOrAfter node: NodeID) -> Int {
        var (low, high) = bounds(of: node)
        while low < high {
            let middle = (low + high) / 2
            if members[middle].node < node { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

// Looking for a member.
extension Roster {
    /// Between which indices a node's own one lies. Ids are public keys, which lie evenly: it is near where it would be
    /// among even ones. From there in steps that double, so that whoever picks his keys makes nobody search for long.
    private func bounds(of node: NodeID) -> (low: Int, high: Int) {
        guard members.count > Self.firstStep else { return (0, members.count) }
        let guess = Int(node.short.multipliedFullWidth(by: UInt64(members.count)).high)
        return members[guess].node < node ? boundsAbove(guess, node) : boundsBelow(guess, node)
    }

    private func boundsAbove(_ guess: Int, _ node: NodeID) -> (low: Int, high: Int) {
        var (low, step) = (guess + 1, Self.firstStep)
        while low + step < members.count, members[low + step].node < node {
            low += step + 1
            step *= 2
        }
        return (low, min(low + step, members.count))
    }

    private func boundsBelow(_ guess: Int, _ node: NodeID) -> (low: Int, high: Int) {
        var (high, step) = (guess, Self.firstStep)
        while high >= step, !(members[high - step].node < node) {
            high -= step
            step *= 2
        }
        return (max(high - step, 0), high)
    }

    /// A thousand even ids lie some ten places from where they would be.
    private static var firstStep: Int { 4 }
}

// Placement and digest.
extension Roster {
    static let digestContext = "mesh roster digest 1"

    /// What those members claim whose state fits, without the ones above a prefix's cap (``PlacementCaps``), in the
    /// order of node ids.
    public func placements(where fits: (NodeState) -> Bool) -> [Placement] {
        PlacementCaps.select(members.filter { fits($0.state) }.map { Placement($0.record) }, in: parameters)
    }

    /// What stands for the set of placed nodes: BLAKE2b-128 in the context `mesh roster digest 1` over node 32 |
    /// incarnation u64 | placement address (family u8, 4 or 16 bytes) | slot u16 of each node that is alive or suspect
    /// and within the caps, in the order of node ids. Two rosters with one digest place every user alike.
    public var digest: Bytes16 { knownDigest ?? computeDigest() }

    /// Computes the digest once, for all who ask before the next change.
    mutating func settle() {
        if knownDigest == nil { knownDigest = computeDigest() }
    }

    private func computeDigest() -> Bytes16 {
        var hasher = BLAKE2b(.bytes16, context: Self.digestContext)
        withUnsafeTemporaryAllocation(byteCount: Self.digestPiece, alignment: 1) { piece in
            var count = 0
            forEachPlaced { member in
                if count + NodeRecord.maximumPlacementBytes > piece.count {
                    hasher.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
                    count = 0
                }
                count += member.record.copyPlacement(into: UnsafeMutableRawBufferPointer(rebasing: piece[count...]))
            }
            hasher.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
        }
        return hasher.finish16()
    }

    /// What members feed is hashed in pieces of at most so many bytes: less work than a call for each of them.
    private static var digestPiece: Int { 4_096 }

    /// Whether caps may decide who counts.
    var hasCrowd: Bool { crowds.hasCrowd }

    /// How many members have an address of that prefix, whatever their state.
    func memberCount(in prefix: PlacementPrefix) -> Int { crowds.memberCount(in: prefix) }

    /// The members that the digest covers, in the order of node ids.
    func forEachPlaced(_ body: (Member) -> Void) {
        guard !parameters.laboratory, crowds.hasCrowd else {
            for index in members.indices where members[index].state.isPlaced { body(members[index]) }
            return
        }
        for placement in placements(where: \.isPlaced) { body(self[placement.node]!) }
    }
}

extension Roster: Equatable {
    /// Equal members in equal networks.
    public static func == (left: Roster, right: Roster) -> Bool {
        left.parameters == right.parameters && left.members == right.members
    }
}
