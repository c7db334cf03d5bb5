import MeshCrypto

/// A signed record that nobody here has proven by dialling: it has no effect but a dial or two.
struct Candidate: Sendable {
    var record: NodeRecord
    /// Who named it; nil for a source without id. The node itself where it came by its own link.
    let introducer: NodeID?
    var failures = 0

    var isSelfIntroduced: Bool { introducer == record.node }
}

/// The unproven records, within their bounds whatever strangers send.
///
/// Where the table is full, the newest candidate of whoever filled it most makes room for one of somebody else, so that
/// a flood drowns itself. What a node says of itself over its own link counts on top: links are bounded elsewhere.
struct CandidateTable: Sendable {
    private let laboratory: Bool
    private var candidates: [NodeID: Candidate] = [:]
    private var prefixCounts: [PlacementPrefix: Int] = [:]
    /// Candidates of each introducer, the newest last.
    private var byIntroducer: [NodeID?: [NodeID]] = [:]
    private(set) var hearsayCount = 0

    init(laboratory: Bool) {
        self.laboratory = laboratory
    }

    var count: Int { candidates.count }
    subscript(node: NodeID) -> Candidate? { candidates[node] }

    /// Whether there is room for a candidate; which one has to go for it, if any.
    func room(for candidate: Candidate) -> (isThere: Bool, victim: NodeID?) {
        if candidate.isSelfIntroduced || candidates[candidate.record.node] != nil { return (true, nil) }
        let inPrefix = prefixCounts[candidate.record.placementAddress.prefix, default: 0]
        if !laboratory, inPrefix >= MembershipLimits.candidatesPerPrefix { return (false, nil) }
        if hearsayCount < MembershipLimits.candidates { return (true, nil) }
        let greatest = byIntroducer.max { ($0.value.count, Self.order($1.key)) < ($1.value.count, Self.order($0.key)) }
        guard let greatest, greatest.value.count > byIntroducer[candidate.introducer, default: []].count + 1 else {
            return (false, nil)
        }
        return (true, greatest.value.last)
    }

    /// Adds a candidate, or replaces the record of one and keeps its introducer and failures.
    mutating func put(_ candidate: Candidate) {
        let node = candidate.record.node
        var new = candidate
        if let old = candidates[node] {
            remove(node)
            new = Candidate(record: candidate.record, introducer: old.introducer, failures: old.failures)
        }
        candidates[node] = new
        guard !new.isSelfIntroduced else { return }
        hearsayCount += 1
        prefixCounts[new.record.placementAddress.prefix, default: 0] += 1
        byIntroducer[new.introducer, default: []].append(node)
    }

    mutating func countFailure(of node: NodeID) {
        candidates[node]?.failures += 1
    }

    @discardableResult
    mutating func remove(_ node: NodeID) -> Candidate? {
        guard let candidate = candidates.removeValue(forKey: node) else { return nil }
        guard !candidate.isSelfIntroduced else { return candidate }
        hearsayCount -= 1
        let prefix = candidate.record.placementAddress.prefix
        prefixCounts[prefix] = prefixCounts[prefix]! == 1 ? nil : prefixCounts[prefix]! - 1
        byIntroducer[candidate.introducer]!.removeAll { $0 == node }
        if byIntroducer[candidate.introducer]!.isEmpty { byIntroducer[candidate.introducer] = nil }
        return candidate
    }

    private static func order(_ introducer: NodeID?) -> Bytes32 { introducer?.bytes ?? Bytes32() }
}
