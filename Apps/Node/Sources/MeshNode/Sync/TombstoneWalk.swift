import MeshCrypto
import MeshQueue
import MeshRing

/// What is still to be told of removals: members that are new in a set don't know what was removed there.
///
/// The base isn't kept over a restart: then the other members of the former set tell them; and who offers a removed
/// message to one that knows of it gets the proof in any case.
struct TombstoneWalk: Sendable {
    /// The ring before the changes that the next walk is for.
    var base: Ring?
    /// Members that could not be told everything, and can be now.
    var targets: Set<NodeID> = []
    /// When the next walk begins.
    var beginAt: UInt64?
    /// Members to be told when their link is back.
    var missed: Set<NodeID> = []

    var underWay: Pass?
    /// Removals that members have not confirmed yet.
    var unanswered = 0

    /// One walk over everything that is remembered.
    struct Pass: Sendable {
        let base: Ring?
        let targets: Set<NodeID>
        var cursor: QueueTombstoneCursor?
        var isFetching = false
        var isExhausted = false
    }

    /// A member is told more than it takes: the next page waits.
    var slowUntil: UInt64 = 0

    var isIdle: Bool { underWay == nil && base == nil }

    var dueAt: UInt64? {
        if underWay != nil { return slowUntil > 0 ? slowUntil : nil }
        return base != nil || !targets.isEmpty ? beginAt : nil
    }

    mutating func begin() {
        underWay = Pass(base: base, targets: targets)
        base = nil
        targets = []
        beginAt = nil
    }
}
