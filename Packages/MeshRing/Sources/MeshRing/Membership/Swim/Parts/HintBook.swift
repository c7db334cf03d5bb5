import MeshCrypto

/// Hints on their way: each goes out with so many messages, those that went least first.
struct HintBook: Sendable {
    private var rides: [(hint: SwimMessage.Hint, left: Int)] = []
    /// How many rides all of them have left.
    private(set) var ridesLeft = 0
    /// When something was last heard or raised, so that it isn't looked into again and again.
    private var seen: [Cause: UInt64] = [:]

    /// Why a node is looked for.
    enum Cause: Hashable {
        case hint(SwimMessage.Hint)
        /// Somebody says that it is back.
        case revival(NodeID)
        /// It speaks, and hasn't said who it is. (Looked at, and asked.)
        case stranger(NodeID)
    }

    var count: Int { rides.count + seen.count }

    /// One that is suspect goes to more: to nearly all, counting those who pass it on.
    mutating func add(_ hint: SwimMessage.Hint) {
        guard !rides.contains(where: { $0.hint == hint }) else { return }
        let count = hint.isSuspect ? SwimLimits.suspectRides : SwimLimits.hintFanout
        rides.append((hint, count))
        ridesLeft += count
    }

    /// Nobody needs it any more.
    mutating func remove(_ node: NodeID) {
        guard ridesLeft > 0 else { return }
        rides.removeAll { $0.hint.node == node }
        ridesLeft = rides.reduce(0) { $0 + $1.left }
    }

    /// For the next message.
    mutating func take() -> [SwimMessage.Hint] {
        guard ridesLeft > 0 else { return [] }
        let count = min(rides.count, SwimLimits.hintsPerMessage)
        let taken = rides[..<count]
        rides.removeFirst(count)
        rides += taken.filter { $0.left > 1 }.map { ($0.hint, $0.left - 1) }
        ridesLeft -= count
        return taken.map(\.hint)
    }

    /// True if there hasn't been the same cause lately.
    mutating func isNew(_ cause: Cause, now: UInt64) -> Bool {
        if let at = seen[cause], now < at + SwimLimits.hintRepeat { return false }
        if seen.count > SwimLimits.causes { seen = seen.filter { now < $0.value + SwimLimits.hintRepeat } }
        guard seen.count <= 2 * SwimLimits.causes else { return false }
        seen[cause] = now
        return true
    }
}
