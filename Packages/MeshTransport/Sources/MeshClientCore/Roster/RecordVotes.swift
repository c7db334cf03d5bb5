import MeshCrypto
import MeshRing

/// What counts as one voice among asked nodes: a network prefix; in a laboratory each node (DESIGN §6).
enum Voice: Hashable, Sendable {
    case node(NodeID)
    case prefix(PlacementPrefix)

    init(_ record: NodeRecord, in parameters: NetworkParameters) {
        self = parameters.laboratory ? .node(record.node) : .prefix(record.placementAddress.prefix)
    }
}

/// A node that was asked for its roster, and what its word is worth.
struct Teller: Sendable {
    let node: NodeID
    let voice: Voice
    /// Known from the stored roster, or from a second start address: not only from whom was asked first.
    let isAnchor: Bool
    /// Whether it was reached at the placement address of its own record: then that record needs nobody's word.
    let isProven: Bool
}

/// Records that don't count yet, and who vouches for each (DESIGN §6): three asked nodes of distinct prefixes, one of
/// them an anchor; or the client dials the node itself.
struct RecordVotes: Sendable {
    struct Candidate: Sendable {
        var record: NodeRecord
        /// The best that was said of it.
        var state: NodeState
        var voices: Set<Voice> = []
        var hasAnchor = false
        /// When it was first named; milliseconds since 1970.
        let since: UInt64
        /// Failed dials for proof, and until when it is left alone.
        var trouble = Trouble()
    }

    private(set) var candidates: [NodeID: Candidate] = [:] { didSet { version += 1 } }
    /// Changes with every change.
    private(set) var version: UInt64 = 0

    var isEmpty: Bool { candidates.isEmpty }
    subscript(node: NodeID) -> Candidate? { candidates[node] }

    /// All, in the order of node ids: a dictionary's own order differs from run to run.
    var sorted: [Candidate] { candidates.values.sorted { $0.record.node < $1.record.node } }

    /// A node passes a record on. Votes for another place of the same node don't count for this one.
    mutating func vote(_ report: ReportedRecord, by teller: Teller, now: UInt64) -> Candidate {
        let record = report.record
        var candidate = candidates[record.node] ?? Candidate(record: record, state: report.state, since: now)
        if candidate.record != record {
            guard record.supersedes(candidate.record) else { return candidate }
            if !record.sharesPlace(with: candidate.record) {
                candidate = Candidate(record: record, state: report.state, since: now)
            }
            candidate.record = record
        }
        candidate.state = min(candidate.state, report.state)
        candidate.voices.insert(teller.voice)
        candidate.hasAnchor = candidate.hasAnchor || teller.isAnchor
        candidates[record.node] = candidate
        return candidate
    }

    /// It counts now, or nobody names it any more.
    mutating func remove(_ node: NodeID) { if candidates[node] != nil { candidates[node] = nil } }

    mutating func fail(_ node: NodeID, at now: UInt64, _ random: inout SplitMix64) {
        candidates[node]?.trouble.fail(at: now, atLeast: ClientLimits.proofRetryMilliseconds, &random)
    }
}

extension NodeRecord {
    /// Whether it takes the same place on the circle.
    func sharesPlace(with other: NodeRecord) -> Bool {
        placementAddress == other.placementAddress && slot == other.slot
    }
}
