import MeshCrypto
import Synchronization

/// Who sent what to whom, and what was shown: the judge.
final class Tally: Sendable {
    /// One sender's messages to one recipient.
    struct Lane: Hashable {
        let from: Int
        let to: Int
    }

    struct Counts: Sendable {
        var sent = 0
        var accepted = 0
        var shown = 0
        var doubled = 0
        var disordered = 0
        var unproven = 0
        var retries = 0
        /// The longest that a message took to be accepted, in milliseconds.
        var slowestMilliseconds = 0
        /// The same since somebody asked last.
        var slowestLately = 0
    }

    private struct State {
        var counts = Counts()
        var accepted: [Lane: Set<Int>] = [:]
        var shown: [Lane: Set<Int>] = [:]
        var last: [Lane: Int] = [:]
    }

    private let state = Mutex(State())

    var counts: Counts { state.withLock(\.counts) }

    func onSent() { state.withLock { $0.counts.sent += 1 } }

    func onRetry() { state.withLock { $0.counts.retries += 1 } }

    func onUnproven() { state.withLock { $0.counts.unproven += 1 } }

    func onAccepted(_ lane: Lane, _ number: Int, milliseconds: Int) {
        state.withLock {
            $0.counts.accepted += 1
            $0.counts.slowestMilliseconds = max($0.counts.slowestMilliseconds, milliseconds)
            $0.counts.slowestLately = max($0.counts.slowestLately, milliseconds)
            $0.accepted[lane, default: []].insert(number)
        }
    }

    /// The longest that a message took since the last call, in milliseconds.
    func takeSlowest() -> Int {
        state.withLock { state in
            defer { state.counts.slowestLately = 0 }
            return state.counts.slowestLately
        }
    }

    func onShown(_ lane: Lane, _ number: Int) {
        state.withLock {
            guard $0.shown[lane, default: []].insert(number).inserted else {
                $0.counts.doubled += 1
                return
            }
            $0.counts.shown += 1
            if let last = $0.last[lane], number < last { $0.counts.disordered += 1 }
            $0.last[lane] = max($0.last[lane] ?? 0, number)
        }
    }

    /// What was accepted and has not been shown.
    var missing: [(Lane, [Int])] {
        state.withLock { state in
            state.accepted.compactMap { lane, numbers in
                let left = numbers.subtracting(state.shown[lane] ?? [])
                return left.isEmpty ? nil : (lane, left.sorted())
            }
        }
    }
}
