import MeshCrypto
import MeshQueue

/// One walk over recipients.
struct SyncLap: Sendable {
    enum Source: Sendable {
        /// All of whom the store holds something.
        case store(from: QueueRecipientCursor?)
        /// These; those who have nothing left are found empty.
        case these([UserID])
        case exhausted
    }

    let demand: SyncDemand
    var source: Source
    /// Whether it only counts what is held.
    var isCounting = false
    /// Whether recipients or digests were asked for.
    var isFetching = false
    /// Of the page: plans that begin with a compare.
    var plans: [SyncPlan] = []
    /// Compares under way, by the member asked.
    var comparing: [NodeID: SyncCompare] = [:]
    /// Whose queues differ, and from which members'.
    var differing: [UserID: [NodeID]] = [:]

    init(_ demand: SyncDemand, _ source: Source) {
        self.demand = demand
        self.source = source
    }
}

/// What a member was asked to compare.
struct SyncCompare: Sendable {
    let token: UInt64
    let key: UInt64
    let recipients: Set<UserID>
}
