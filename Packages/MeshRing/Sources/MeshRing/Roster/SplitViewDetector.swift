public import MeshCrypto

/// Finds out who keeps naming other placed nodes than the owner knows: the split-view alarm, for nodes and clients.
///
/// After every change of the network digests differ for some seconds, which is no reason for alarm. So a source agrees
/// that names the owner's digest, or what becomes the owner's before the source is heard again; and one that is behind
/// differs only since the owner left the digest that it names. Who was heard ``minimumHearings`` times over
/// ``patience`` without agreeing holds another view. A pure value: the owner tells it what it hears, and asks a source
/// again (some seconds later is enough) as long as ``differing`` names it.
///
///     var detector = SplitViewDetector(own: roster.digest, now: now)
///     detector.setOwn(roster.digest, now: now)                   // whenever the roster has changed
///     if let change = detector.hear(digest, from: node, now: now) { … }  // whatever a node says its digest is
public struct SplitViewDetector: Sendable {
    /// How long a source's digest has to differ before it is a view of its own, in milliseconds (DESIGN §6): several
    /// times what a network of a thousand nodes needs to agree.
    public static let patience: UInt64 = 60_000
    /// A source has to be heard so often in that time, so that rare questions don't each fall into another change.
    public static let minimumHearings = 3
    /// Own digests remembered, besides the present one: more changes than come while a source lags behind.
    public static let rememberedDigests = 64

    /// Somebody's other view of the network.
    public struct SplitView: Hashable, Sendable {
        /// Who holds it.
        public let node: NodeID
        /// What that node said last.
        public let digest: Bytes16
        /// When it was first heard to differ; milliseconds since 1970.
        public let sinceMilliseconds: UInt64
    }

    /// What has changed about a source.
    public enum Change: Hashable, Sendable {
        /// A split view came to light.
        case began(SplitView)
        /// The source agrees again, or nothing is heard of it any more.
        case ended(NodeID)
    }

    private struct Source {
        var digest: Bytes16
        var since: UInt64
        var hearings: Int
        var isReported = false

        /// A digest that the owner had until a moment ago is no other view but an older one: it differs since then.
        mutating func hear(_ digest: Bytes16, ownUntil: UInt64?) {
            if let ownUntil, ownUntil > since || hearings == 0 {
                since = ownUntil
                hearings = 0
            }
            self.digest = digest
            hearings += 1
        }
    }

    private var own: Bytes16
    private var former: [(digest: Bytes16, until: UInt64)] = []
    /// Those that differ; who agrees takes no room.
    private var sources: [NodeID: Source] = [:]

    /// Begins with the owner's digest.
    public init(own: Bytes16, now: UInt64) {
        self.own = own
    }

    /// Who differed when last heard, reported or not, in the order of node ids.
    public var differing: [NodeID] { sources.keys.sorted() }

    /// All split views that have been reported and stand, in the order of node ids.
    public var views: [SplitView] {
        sources.filter(\.value.isReported).map { Self.view(of: $0.key, $0.value) }.sorted { $0.node < $1.node }
    }

    /// The owner's digest is another one now. Who has named it already agrees from now on.
    public mutating func setOwn(_ digest: Bytes16, now: UInt64) -> [Change] {
        guard digest != own else { return [] }
        former.append((own, now))
        if former.count > Self.rememberedDigests { former.removeFirst() }
        own = digest
        return sources.lazy.filter { $0.value.digest == digest }.map(\.key).sorted().compactMap { agree($0) }
    }

    /// Takes what a node says its digest is; in order of time.
    public mutating func hear(_ digest: Bytes16, from node: NodeID, now: UInt64) -> Change? {
        guard digest != own else { return agree(node) }
        guard sources[node] != nil || sources.count < Roster.maximumMembers else { return nil }
        var source = sources[node] ?? Source(digest: digest, since: now, hearings: 0)
        source.hear(digest, ownUntil: former.last { $0.digest == digest }?.until)
        defer { sources[node] = source }
        guard !source.isReported, source.hearings >= Self.minimumHearings, now >= source.since + Self.patience else {
            return nil
        }
        source.isReported = true
        return .began(Self.view(of: node, source))
    }

    /// The node isn't asked any more, or is gone.
    public mutating func forget(_ node: NodeID) -> Change? { agree(node) }

    private mutating func agree(_ node: NodeID) -> Change? {
        guard !sources.isEmpty, let source = sources.removeValue(forKey: node), source.isReported else { return nil }
        return .ended(node)
    }

    private static func view(of node: NodeID, _ source: Source) -> SplitView {
        SplitView(node: node, digest: source.digest, sinceMilliseconds: source.since)
    }
}
