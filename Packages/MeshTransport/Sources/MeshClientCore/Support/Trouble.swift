import MeshCrypto

/// How often something has failed in a row, and until when it is left alone: exponential backoff with full jitter
/// (Brooker 2015).
struct Trouble: Sendable, Equatable {
    private(set) var failures = 0
    private(set) var avoidUntil: UInt64 = 0

    /// The window of the n-th failure in a row: doubling from the first to the longest.
    static func window(failures: Int) -> UInt64 {
        guard failures > 0 else { return 0 }
        let doublings = UInt64(min(failures - 1, 16))
        return min(ClientLimits.firstBackoffMilliseconds << doublings, ClientLimits.longestBackoffMilliseconds)
    }

    /// Counts a failure; the pause is drawn from zero to the window and is at least `atLeast`.
    mutating func fail(at now: UInt64, atLeast: UInt64 = 0, _ random: inout SplitMix64) {
        failures += 1
        let pause = UInt64.random(in: 0...Self.window(failures: failures), using: &random)
        avoidUntil = max(avoidUntil, now + max(pause, atLeast))
    }
}

/// The nodes that failed lately. Bounded: the one whose pause ends first is forgotten first.
struct TroubledNodes: Sendable {
    // An array, because the order of a dictionary differs from run to run.
    private var entries: [(node: NodeID, trouble: Trouble)] = []

    func avoidUntil(_ node: NodeID) -> UInt64 {
        entries.first { $0.node == node }?.trouble.avoidUntil ?? 0
    }

    func failures(_ node: NodeID) -> Int {
        entries.first { $0.node == node }?.trouble.failures ?? 0
    }

    mutating func fail(_ node: NodeID, at now: UInt64, atLeast: UInt64 = 0, _ random: inout SplitMix64) {
        if let index = entries.firstIndex(where: { $0.node == node }) {
            entries[index].trouble.fail(at: now, atLeast: atLeast, &random)
            return
        }
        if entries.count >= ClientLimits.troubledNodes,
            let first = entries.indices.min(by: {
                entries[$0].trouble.avoidUntil < entries[$1].trouble.avoidUntil
            })
        {
            entries.remove(at: first)
        }
        var trouble = Trouble()
        trouble.fail(at: now, atLeast: atLeast, &random)
        entries.append((node, trouble))
    }

    mutating func forgive(_ node: NodeID) {
        entries.removeAll { $0.node == node }
    }
}
