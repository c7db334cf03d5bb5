import MeshRing
import MeshWire

/// How a node ends.
public enum StopManner: Sendable, Equatable {
    /// It goes: others may take its place at once, and it comes back with a higher incarnation.
    case leave
    /// It is back in a moment: others find it down, and it keeps what is its own.
    case stay
}

/// Why a node that was asked to leave ended as down.
public enum StayReason: Sendable, Equatable {
    /// No other member is linked: there is nobody to take over.
    case nobodyThere
    /// The time was over before everything had been finished.
    case unfinished
}

/// The end in order: nothing new is taken, everything under way is finished (draining), the others hear that the node
/// leaves, then links are closed.
struct Stopping: Sendable {
    let manner: StopManner
    let deadlineMilliseconds: UInt64
    var isFinished = false
}

extension Engine {
    mutating func onStop(_ manner: StopManner) {
        guard stopping == nil else { return }
        stopping = Stopping(
            manner: manner, deadlineMilliseconds: now.monotonicMilliseconds + limits.stopMilliseconds)
    }

    /// Drain, then leave, then exit.
    mutating func checkStopped() {
        guard let state = stopping, !state.isFinished else { return }
        let isDrained = isDrained
        guard isDrained || state.deadlineMilliseconds <= now.monotonicMilliseconds else { return }
        stopping?.isFinished = true
        if !isDrained { emit(.notice(.stoppedWithPending(messages: pendingCount))) }
        if state.manner == .leave { leave(isDrained) }
        for link in links.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            emit(.close(link, Goodbye(.stopping)))
        }
        emit(.persist(membership.roster))
        emit(.stopped)
    }

    /// Whether nothing is left to do for others.
    private var isDrained: Bool { pendingCount == 0 }

    /// What is under way to the store or other nodes.
    private var pendingCount: Int {
        appends.count + forwards.count + removals.count + replications.values.count { !$0.isAnswered }
    }

    /// Says so to all who are linked, before the links are closed. Who may still hold the only copy of something must
    /// not count as gone: it ends as down, and is asked for it when it is back.
    private mutating func leave(_ isDrained: Bool) {
        guard isDrained else { return emit(.notice(.stays(.unfinished))) }
        guard hasHeir else { return emit(.notice(.stays(.nobodyThere))) }
        tell(.leave)
        emit(.notice(.left))
    }

    /// Whether another member in its place is linked.
    private var hasHeir: Bool {
        membership.roster.members.contains { member in
            member.node != configuration.node && member.state.isPlaced && nodeLinks[member.node] != nil
        }
    }
}
