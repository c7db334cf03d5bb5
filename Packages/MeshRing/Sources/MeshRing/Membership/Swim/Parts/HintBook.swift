import MeshCrypto

/// Hints on their way: each rides on so many messages, those that rode least first.
struct HintBook: Sendable {
    private var rides: [(hint: SwimMessage.Hint, left: Int)] = []
    /// When a hint was last heard or raised, so that it isn't looked into again and again.
    private var seen: [SwimMessage.Hint: UInt64] = [:]

    var count: Int { rides.count + seen.count }

    mutating func add(_ hint: SwimMessage.Hint) {
        guard !rides.contains(where: { $0.hint == hint }) else { return }
        rides.append((hint, SwimLimits.hintRides))
    }

    /// Nobody needs it any more.
    mutating func remove(_ node: NodeID) {
        rides.removeAll { $0.hint.node == node }
    }

    /// For the next message.
    mutating func take() -> [SwimMessage.Hint] {
        guard !rides.isEmpty else { return [] }
        let count = min(rides.count, SwimLimits.hintsPerMessage)
        let taken = rides[..<count]
        rides.removeFirst(count)
        rides += taken.filter { $0.left > 1 }.map { ($0.hint, $0.left - 1) }
        return taken.map(\.hint)
    }

    /// True if this hint hasn't been heard lately.
    mutating func isNew(_ hint: SwimMessage.Hint, now: UInt64) -> Bool {
        if let at = seen[hint], now < at + SwimLimits.hintRepeat { return false }
        if seen.count > 4_096 { seen = seen.filter { now < $0.value + SwimLimits.hintRepeat } }
        seen[hint] = now
        return true
    }
}
