import MeshCrypto

/// What other nodes had remembered as removed here though it was never here: anybody can make up a message and its secret,
/// and each such removal costs disk for two weeks. An honest node tells what others have held; a member that is new in many
/// sets is told much at once.
///
/// Kept by node, not by link, so that a new link brings nothing. Bounded by the number of proven members.
struct StrangeRemovals: Sendable {
    private struct Account: Sendable {
        var bucket: TokenBucket
        var refused: UInt64 = 0
    }

    private var accounts: [NodeID: Account] = [:]

    /// Whether this node may have another removal remembered. To be given back if the message was here.
    mutating func take(_ node: NodeID, limits: EngineLimits, now: UInt64) -> Bool {
        let (rate, burst) = (limits.strangeRemovalsPerSecond, limits.strangeRemovalBurst)
        if accounts[node]?.bucket.take(rate: rate, burst: burst, now: now) == true { return true }
        guard accounts[node] == nil else {
            accounts[node]?.refused += 1
            return false
        }
        var bucket = TokenBucket(burst: burst, now: now)
        defer { accounts[node] = Account(bucket: bucket) }
        return bucket.take(rate: rate, burst: burst, now: now)
    }

    /// The message was here, or known to be removed: no junk.
    mutating func giveBack(_ node: NodeID) { accounts[node]?.bucket.giveBack() }

    /// How many were refused since the last time, by node, in a fixed order.
    mutating func takeRefused() -> [(node: NodeID, count: UInt64)] {
        let refused = accounts.filter { $0.value.refused > 0 }.sorted { $0.key < $1.key }
        for (node, _) in refused { accounts[node]?.refused = 0 }
        return refused.map { ($0.key, $0.value.refused) }
    }

    /// Forgets who isn't known any more.
    mutating func keep(where isKnown: (NodeID) -> Bool) {
        if !accounts.isEmpty { accounts = accounts.filter { isKnown($0.key) } }
    }
}
