import MeshRing
import MeshWire

/// The end in order: nothing new is taken, everything under way is finished, then links are closed.
struct Stopping: Sendable {
    let deadlineMilliseconds: UInt64
    var isFinished = false
}

extension Engine {
    mutating func onStop() {
        guard stopping == nil else { return }
        stopping = Stopping(deadlineMilliseconds: now.monotonicMilliseconds + limits.stopMilliseconds)
    }

    mutating func checkStopped() {
        guard let state = stopping, !state.isFinished else { return }
        let pending = appends.count + forwards.count + removals.count
        guard pending == 0 || state.deadlineMilliseconds <= now.monotonicMilliseconds else { return }
        stopping?.isFinished = true
        if pending > 0 { emit(.notice(.stoppedWithPending(messages: pending))) }
        for link in links.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            emit(.close(link, Goodbye(.stopping)))
        }
        emit(.persist(membership.roster))
        emit(.stopped)
    }
}
