import MeshCrypto
import MeshRing

/// One recipient's queue on its way to the members of its set, page by page.
struct SyncJob: Sendable {
    /// How far one member is with the page.
    enum Standing: Sendable, Equatable {
        case offered
        /// So many messages of the page are wanted and not answered yet.
        case lacks(Int)
        /// It holds the whole page, or has its removal.
        case confirmed
        /// It isn't linked, refused, or did not answer.
        case failed
    }

    let plan: SyncPlan
    /// The place behind which the next page begins.
    var after: UInt64 = 0
    var hasMore = false
    var page: [SubmissionID] = []
    var standings: [NodeID: Standing] = [:]
    /// What the members lack, and which of them.
    var wanted: [SubmissionID: [NodeID]] = [:]
    /// What of it is still to be read, in the order of the page: one sender's messages arrive in order.
    var unread: [SubmissionID] = []
    /// Members that said that some of the page is on its way to them from another node: not seen there yet.
    var partly: Set<NodeID> = []
    /// Requests under way.
    var open: Set<UInt64> = []
    /// Whether the node is letting go of the page.
    var isReleasing = false
    /// Whether a member that is linked refused something, or the store failed: it is worth another try.
    var wasRefused = false
    /// Whether fewer than W members hold some page.
    var isShort = false
    /// Messages of pages that enough members hold, but not all.
    var heldByMajority = 0

    init(_ plan: SyncPlan) { self.plan = plan }

    mutating func begin(_ messages: [StoredMessage], hasMore: Bool) {
        page = messages.map(\.id)
        after = messages.last?.sequence ?? after
        self.hasMore = hasMore
        standings = [:]
        wanted = [:]
        partly = []
        unread = []
        isReleasing = false
    }

    /// Whether all members have said what they lack.
    var isAnswered: Bool { !standings.values.contains(.offered) }

    /// Whether nothing of the page is under way any more.
    var isPageDone: Bool { isAnswered && unread.isEmpty && open.isEmpty }

    var confirmed: Int { standings.values.count { $0 == .confirmed } }

    /// A member has said what it lacks of the page; false if it names what was not offered.
    /// - Parameter isWhole: whether it holds the rest.
    mutating func lack(_ ids: [SubmissionID], at target: NodeID, isWhole: Bool) -> Bool {
        let asked = Set(ids)
        guard asked.count == ids.count, asked.isSubset(of: page) else { return false }
        if !isWhole { partly.insert(target) }
        standings[target] = ids.isEmpty ? whole(target) : .lacks(ids.count)
        for id in ids { wanted[id, default: []].append(target) }
        return true
    }

    /// One message is at its target, or needn't go there any more.
    mutating func settle(at target: NodeID) {
        guard case .lacks(let count) = standings[target] else { return }
        standings[target] = count == 1 ? whole(target) : .lacks(count - 1)
    }

    private func whole(_ target: NodeID) -> Standing { partly.contains(target) ? .failed : .confirmed }

    mutating func fail(_ target: NodeID) { standings[target] = .failed }
}
