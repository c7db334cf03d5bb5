public import MeshCrypto

/// The nodes that one node or client knows of in a network, with what it thinks of each: a value, sorted by node id.
public struct Roster: Sendable {
    /// What the network computes with.
    public let parameters: NetworkParameters
    /// All members, sorted by node id.
    public private(set) var members: [Member] = []
    /// The first 8 bytes of their ids: what is searched lies side by side.
    private var shortIDs: [UInt64] = []
    /// How many placed members each prefix has: caps matter to few rosters, and all of them are asked for digests.
    private var crowds = PrefixCrowds()
    /// What has been computed of the digest and still holds.
    var digests = RosterDigests()

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
                digests.forget(member.node.bucket)
                crowds.leave(members[index])
                crowds.enter(member)
            }
            if members[index].record.placementAddress != member.record.placementAddress {
                crowds.count(members[index].record, -1)
                crowds.count(member.record, 1)
            }
            members[index] = member
        } else {
            if member.state.isPlaced { digests.forget(member.node.bucket) }
            crowds.enter(member)
            crowds.count(member.record, 1)
            members.insert(member, at: index)
            shortIDs.insert(member.node.short, at: index)
        }
    }

    /// Removes a member; nil if there is none with this id.
    @discardableResult
    public mutating func remove(_ node: NodeID) -> Member? {
        let index = firstIndex(atOrAfter: node)
        guard index < members.count, members[index].node == node else { return nil }
        if members[index].state.isPlaced { digests.forget(node.bucket) }
        crowds.leave(members[index])
        crowds.count(members[index].record, -1)
        shortIDs.remove(at: index)
        return members.remove(at: index)
    }

    /// What is told to others, in the order of node ids: up to `limit` members behind `node`, from the start if nil.
    public func reported(after node: NodeID? = nil, limit: Int = .max) -> [ReportedRecord] {
        let start = node.map { firstIndex(after: $0) } ?? 0
        return members[start...].prefix(limit).map { ReportedRecord($0.record, state: $0.state) }
    }

    private func changesDigest(_ old: Member, _ new: Member) -> Bool {
        old.state.isPlaced != new.state.isPlaced || (new.state.isPlaced && old.record != new.record)
    }

    private func firstIndex(after node: NodeID) -> Int {
        let index = firstIndex(atOrAfter: node)
        return index < members.count && members[index].node == node ? index + 1 : index
    }

    private func firstIndex(atOrAfter node: NodeID) -> Int {
        var index = firstIndex(atOrAfter: node.short)
        // Ids that begin alike cost whoever makes them 2^64 keys each.
        while index < members.count, shortIDs[index] == node.short, members[index].node < node { index += 1 }
        return index
    }
}

// Looking for members by the first bytes of their ids.
extension Roster {
    /// The members of a bucket, in the order of node ids.
    func members(inBucket bucket: Int) -> ArraySlice<Member> {
        members[firstIndex(atOrAfter: NodeID.leastShort(inBucket: bucket))...].prefix { $0.node.bucket == bucket }
    }

    /// The members whose ids begin with these words, in the order of node ids.
    func members(withShortIDs ids: [UInt64]) -> [Member] {
        Set(ids).sorted().flatMap { id in members[firstIndex(atOrAfter: id)...].prefix { $0.node.short == id } }
    }

    private func firstIndex(atOrAfter id: UInt64) -> Int {
        shortIDs.withUnsafeBufferPointer { ids in
            var (low, high) = Self.bounds(of: id, in: ids)
            while low < high {
                let middle = (low + high) / 2
                if ids[middle] < id { low = middle + 1 } else { high = middle }
            }
            return low
        }
    }

    /// Between which indices it lies. Ids are public keys, which lie evenly: it is near where it would be among even
    /// ones. From there in steps that double, so that whoever picks his keys makes nobody search for long.
    private static func bounds(of id: UInt64, in ids: UnsafeBufferPointer<UInt64>) -> (low: Int, high: Int) {
        guard ids.count > firstStep else { return (0, ids.count) }
        let guess = Int(id.multipliedFullWidth(by: UInt64(ids.count)).high)
        return ids[guess] < id ? boundsAbove(guess, id, ids) : boundsBelow(guess, id, ids)
    }

    private static func boundsAbove(
        _ guess: Int, _ id: UInt64, _ ids: UnsafeBufferPointer<UInt64>
    ) -> (low: Int, high: Int) {
        var (low, step) = (guess + 1, firstStep)
        while low + step < ids.count, ids[low + step] < id {
            low += step + 1
            step *= 2
        }
        return (low, min(low + step, ids.count))
    }

    private static func boundsBelow(
        _ guess: Int, _ id: UInt64, _ ids: UnsafeBufferPointer<UInt64>
    ) -> (low: Int, high: Int) {
        var (high, step) = (guess, firstStep)
        while high >= step, ids[high - step] >= id {
            high -= step
            step *= 2
        }
        return (max(high - step, 0), high)
    }

    /// A thousand even ids lie some ten places from where they would be.
    private static var firstStep: Int { 4 }
}

// Placement.
extension Roster {
    /// What those members claim whose state fits, without the ones above a prefix's cap (``PlacementCaps``), in the
    /// order of node ids.
    public func placements(where fits: (NodeState) -> Bool) -> [Placement] {
        PlacementCaps.select(members.filter { fits($0.state) }.map { Placement($0.record) }, in: parameters)
    }

    /// Whether caps decide who counts.
    var hasCrowd: Bool { !parameters.laboratory && crowds.hasCrowd }

    /// How many members have an address of that prefix, whatever their state.
    func memberCount(in prefix: PlacementPrefix) -> Int { crowds.memberCount(in: prefix) }
}

extension Roster: Equatable {
    /// Equal members in equal networks.
    public static func == (left: Roster, right: Roster) -> Bool {
        left.parameters == right.parameters && left.members == right.members
    }
}
