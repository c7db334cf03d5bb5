public import MeshCrypto
import MeshRing

/// Somebody who holds another view of the network than this client, and goes on doing so (DESIGN §6).
public struct ClientSplitView: Hashable, Sendable {
    /// Who.
    public let node: NodeID
    /// What that node said last its roster's digest is.
    public let digest: Bytes16
    /// When it was first heard to differ; milliseconds since 1970.
    public let sinceMilliseconds: UInt64
    /// Whose messages it would look for at other nodes than this client: of the user and of those who were written to
    /// lately. Empty where it differs in nodes that concern none of them, or its roster has not come.
    public let users: [UserID]

    /// Takes the parts as they are.
    public init(node: NodeID, digest: Bytes16, sinceMilliseconds: UInt64, users: [UserID]) {
        self.node = node
        self.digest = digest
        self.sinceMilliseconds = sinceMilliseconds
        self.users = users
    }
}

/// Whether others see the same network, and whom to ask next.
struct RosterWatch: Sendable {
    private var detector: SplitViewDetector?
    /// The split views that stand, by node.
    private(set) var reported: [ClientSplitView] = []
    /// Whose sets a node computed otherwise, and since when.
    private var sets: [NodeID: Comparison] = [:]
    /// Nodes that are to be asked.
    private var wanted: [NodeID] = []
    /// Nodes that may still be asked in place of others that didn't answer.
    var left = 0
    /// When the next round begins, when those who differ are asked again, and when others are asked for their votes.
    var roundAt = UInt64.max
    var againAt: UInt64 = 0
    var votesAt = UInt64.max
    /// Everybody who was heard in the present round: what they say their digest is.
    private(set) var heard: [NodeID: Bytes16] = [:]

    /// Who differs, or differed when last heard.
    var differing: [NodeID] { detector?.differing ?? [] }
    var isAsking: Bool { !wanted.isEmpty }

    mutating func want(_ nodes: [NodeID]) {
        for node in nodes where !wanted.contains(node) && wanted.count < ClientLimits.wantedWitnesses {
            wanted.append(node)
        }
    }

    mutating func next() -> NodeID? { wanted.isEmpty ? nil : wanted.removeFirst() }

    mutating func clearHeard() { heard = [:] }

    /// Begins anew: without a home link our own view is an old one, and says nothing about others'.
    mutating func reset() {
        detector = nil
        sets = [:]
        wanted = []
        heard = [:]
    }

    /// Our own digest has changed.
    /// - Returns: split views that are over.
    mutating func setOwn(_ digest: Bytes16, now: UInt64) -> [NodeID] {
        guard detector != nil else { return [] }
        _ = detector?.setOwn(digest, now: now)
        return reported.filter { $0.digest == digest }.compactMap { agree($0.node) }
    }

    /// What a node says.
    /// - Returns: a split view that came to light or is over.
    mutating func hear(_ digest: Bytes16, own: Bytes16, from node: NodeID, now: UInt64) -> SplitViewChange? {
        if detector == nil { detector = SplitViewDetector(own: own, now: now) }
        heard[node] = digest
        let change = detector?.hear(digest, from: node, now: now)
        guard digest != own else { return agree(node).map { .ended($0) } }
        guard case .began(let view)? = change else { return nil }
        return report(node, digest, since: view.sinceMilliseconds)
    }

    /// The outcome of an earlier comparison of the same two rosters.
    func compared(_ node: NodeID, _ digest: Bytes16, own: Bytes16) -> [UserID]? {
        guard let last = sets[node], last.theirs == digest, last.ours == own else { return nil }
        return last.users
    }

    /// How the sets compare that a node with another digest computes.
    /// - Returns: a split view that came to light.
    mutating func compare(
        _ node: NodeID, _ digest: Bytes16, own: Bytes16, differing users: [UserID], now: UInt64
    ) -> SplitViewChange? {
        // While either side still changes, the difference may be on its way from one to the other.
        let isSame = compared(node, digest, own: own) != nil
        let since = users.isEmpty ? nil : isSame ? sets[node]?.since ?? now : now
        sets[node] = Comparison(theirs: digest, ours: own, users: users, since: since)
        guard let since, now >= since + ClientLimits.setPatienceMilliseconds else { return nil }
        return report(node, digest, since: since)
    }

    /// Split views of nodes that are no members any more.
    mutating func forget(where isGone: (NodeID) -> Bool) -> [NodeID] {
        for node in detector?.differing.filter(isGone) ?? [] { _ = detector?.forget(node) }
        return reported.filter { isGone($0.node) }.compactMap { agree($0.node) }
    }

    private mutating func report(_ node: NodeID, _ digest: Bytes16, since: UInt64) -> SplitViewChange? {
        guard !reported.contains(where: { $0.node == node }) else { return nil }
        let view = ClientSplitView(
            node: node, digest: digest, sinceMilliseconds: since, users: sets[node]?.users ?? [])
        let index = reported.firstIndex { $0.node > node } ?? reported.endIndex
        reported.insert(view, at: index)
        return .began(view)
    }

    private mutating func agree(_ node: NodeID) -> NodeID? {
        sets[node] = nil
        guard let index = reported.firstIndex(where: { $0.node == node }) else { return nil }
        reported.remove(at: index)
        return node
    }
}

extension RosterWatch {
    /// Whose sets two rosters compute otherwise, and since when there is any such user.
    private struct Comparison: Sendable {
        let theirs: Bytes16
        let ours: Bytes16
        let users: [UserID]
        let since: UInt64?
    }
}

/// What has changed about somebody's view.
enum SplitViewChange: Sendable {
    case began(ClientSplitView)
    case ended(NodeID)
}
