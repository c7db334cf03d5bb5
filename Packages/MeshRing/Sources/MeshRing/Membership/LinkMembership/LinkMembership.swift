import MeshCrypto

/// Membership by links alone: a proven member is alive while a link to it stands.
///
/// A lost link makes a member suspect, which keeps its place while it is dialled again at once; the first failed dial,
/// or ``MembershipLimits/lostLinkGrace`` without a link, makes it down until it is back. Each node judges for itself:
/// two nodes that don't reach each other keep different rosters, and their digests say so. It suits networks of some
/// dozens of nodes; ``MembershipCore`` leaves room for a detector that asks others before it judges.
public struct LinkMembership: MembershipCore {
    var overlay: Overlay
    /// When a suspect's grace ends.
    var grace = Timers<NodeID>()

    /// Starts with what was stored, if anything.
    public init(_ configuration: MembershipConfiguration, now: UInt64) throws(MembershipError) {
        overlay = try Overlay(configuration, style: OverlayStyle(), now: now)
    }

    /// All that is known and believed, this node included.
    public var roster: Roster { overlay.roster }
    /// What this node says of itself now.
    public var ownRecord: NodeRecord { overlay.own }
    /// What was refused and dropped since the start.
    public var counters: MembershipCounters { overlay.counters }
    /// Members that have named other placed nodes for a minute and longer.
    public var splitViews: [SplitViewDetector.SplitView] { overlay.splitViews.views }

    /// When a tick is due at the latest, in milliseconds since 1970; nil if nothing is waited for.
    public var nextDeadline: UInt64? {
        guard !overlay.hasDeparted else { return nil }
        return [overlay.timers.next, grace.next].compactMap { $0 }.min()
    }

    /// Takes an event and says what has to be done. After `leave` nothing has any effect.
    public mutating func handle(_ event: MembershipEvent, now: UInt64) -> [MembershipAction] {
        guard !overlay.hasDeparted else { return [] }
        let now = overlay.begin(now)
        onTime(now)
        take(event, now)
        judgeNotes(now)
        if !overlay.hasDeparted { onTime(now) }
        return overlay.finish(now)
    }

    private mutating func take(_ event: MembershipEvent, _ now: UInt64) {
        switch event {
        case .start: overlay.start(now)
        case .linkUp(let node, let dialled): overlay.onLinkUp(node, dialled: dialled, now)
        case .linkDown(let node, let dialledByUs): overlay.onLinkDown(node, dialledByUs: dialledByUs, now)
        case .dialFailed(let endpoint, let expected): overlay.onDialFailed(endpoint, expected: expected, now)
        case .records(let records, let peer): overlay.onRecords(records, from: peer, now)
        case .digest(let digest, let peer): overlay.onDigest(digest, from: peer, now)
        case .message: overlay.counters.refusedMessages += 1
        case .startAddresses(let addresses): overlay.setStartAddresses(addresses, now)
        case .forget(let node): overlay.forget(node, now)
        case .leave: overlay.leave(now)
        case .tick: break
        }
    }

    private mutating func onTime(_ now: UInt64) {
        overlay.onTime(now)
        while let node = grace.popDue(now) {
            if overlay.roster[node]?.state == .suspect { overlay.setState(node, .down, now) }
        }
        judgeNotes(now)
    }

    private mutating func judgeNotes(_ now: UInt64) {
        while !overlay.notes.isEmpty {
            let notes = overlay.notes
            overlay.notes = []
            for note in notes { judge(note, now) }
        }
    }
}

// Judging members.
extension LinkMembership {
    private mutating func judge(_ note: OverlayNote, _ now: UInt64) {
        switch note {
        case .believed(let node), .renewed(let node):
            judge(node, now)
            overlay.spread(node)
        case .left(let node):
            grace.cancel(node)
            overlay.spread(node)
        case .linked(let node), .unlinked(let node), .proven(let node), .proofExpired(let node): judge(node, now)
        case .unreachable(let node):
            if overlay.roster[node]?.state == .suspect { overlay.setState(node, .down, now) }
        case .removed(let node): grace.cancel(node)
        case .differs: break
        case .hearsay(let node, let state, _):
            if state == .alive, overlay.roster[node]?.state == .down { overlay.hurryMember(node, now) }
        }
    }

    /// Alive is who is linked and proven; suspect who was alive and has lost its link just now.
    private mutating func judge(_ node: NodeID, _ now: UInt64) {
        guard let member = overlay.roster[node], member.state != .left else { return }
        if overlay.links.isLinked(node) {
            grace.cancel(node)
            overlay.setState(node, overlay.isProofCurrent(member, now) ? .alive : .down, now)
        } else if member.state == .alive {
            overlay.setState(node, .suspect, now)
            grace.set(node, at: now + MembershipLimits.lostLinkGrace)
        }
    }
}
