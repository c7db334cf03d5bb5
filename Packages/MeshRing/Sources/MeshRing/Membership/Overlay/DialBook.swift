import MeshCrypto

/// What a dial is for.
enum DialPurpose: Hashable, Sendable {
    /// Reach a member again, or prove it anew.
    case member(NodeID)
    /// Prove an unproven record, whose introducer answers for a failure.
    case candidate(NodeID, introducer: NodeID?)
    /// Find a first member.
    case start(StartAddress)
}

/// The dials under way, and those that wait for room.
struct DialBook: Sendable {
    /// The shell names a dial by these two.
    struct Key: Hashable {
        let endpoint: Endpoint
        let expected: NodeID?
    }

    private(set) var underWay: [Key: (purpose: DialPurpose, since: UInt64)] = [:]
    private var purposes: Set<DialPurpose> = []
    private var waiting: [DialPurpose] = []
    private var waitingSet: Set<DialPurpose> = []

    var waitingCount: Int { waiting.count }
    var hasRoom: Bool { underWay.count < MembershipLimits.dialsInFlight }

    func isBusy(_ purpose: DialPurpose) -> Bool { purposes.contains(purpose) || waitingSet.contains(purpose) }
    func isUnderWay(_ key: Key) -> Bool { underWay[key] != nil }

    mutating func begin(_ key: Key, _ purpose: DialPurpose, now: UInt64) {
        underWay[key] = (purpose, now)
        purposes.insert(purpose)
    }

    /// Ends a dial; what it was for.
    mutating func end(_ key: Key) -> DialPurpose? {
        guard let dial = underWay.removeValue(forKey: key) else { return nil }
        purposes.remove(dial.purpose)
        return dial.purpose
    }

    mutating func wait(_ purpose: DialPurpose) {
        if waitingSet.insert(purpose).inserted { waiting.append(purpose) }
    }

    /// The one that has waited longest.
    mutating func nextWaiting() -> DialPurpose? {
        guard !waiting.isEmpty else { return nil }
        let purpose = waiting.removeFirst()
        waitingSet.remove(purpose)
        return purpose
    }

    /// Dials that the shell hasn't answered since `time`, in a fixed order.
    func unanswered(since time: UInt64) -> [Key] {
        underWay.filter { $0.value.since <= time }.map(\.key).sorted {
            $0.endpoint != $1.endpoint
                ? $0.endpoint < $1.endpoint : ($0.expected?.bytes ?? Bytes32()) < ($1.expected?.bytes ?? Bytes32())
        }
    }
}
