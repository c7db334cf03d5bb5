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
    /// Its store could not be read, so that nothing could be handed over.
    case storeFailed
}

/// The end in order: nothing new is taken, everything under way is finished (draining), the others hear that the node
/// leaves, then links are closed.
struct Stopping: Sendable {
    let manner: StopManner
    var deadlineMilliseconds: UInt64
    var isFinished = false
    /// When it said last how far it is, and what.
    var saidAtMilliseconds: UInt64 = 0
    var said = -1
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
        beginDrain()
        sayProgress()
        let isDrained = isDrained
        let isOver = state.deadlineMilliseconds <= now.monotonicMilliseconds || sync.hasGivenUp
        guard isDrained || isOver else { return }
        stopping?.isFinished = true
        if pendingCount > 0 { emit(.notice(.stoppedWithPending(messages: pendingCount))) }
        if state.manner == .leave { leave(isDrained) }
        for link in links.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
            emit(.close(link, Goodbye(.stopping)))
        }
        emit(.persist(membership.roster))
        emit(.stopped)
    }

    /// Whether nothing is left to do for others, or nobody is there to take it.
    private var isDrained: Bool {
        guard pendingCount == 0 else { return false }
        return stopping?.manner == .stay || !hasHeir || sync.isDrained
    }

    /// Once what was under way is stored, everything is handed over.
    private mutating func beginDrain() {
        guard stopping?.manner == .leave, sync.draining == nil, pendingCount == 0, hasHeir else { return }
        let deadline = now.monotonicMilliseconds + limits.drainMilliseconds
        stopping?.deadlineMilliseconds = deadline
        sync.drain(now: now)
        sync.onView(syncView, now: now)
        performSync()
    }

    private mutating func sayProgress() {
        guard let progress = sync.draining, let total = progress.total, total > 0, let state = stopping else { return }
        let handedOver = min(progress.handedOver, total)
        let isDue = now.monotonicMilliseconds >= state.saidAtMilliseconds + limits.progressMilliseconds
        guard handedOver != state.said, isDue || handedOver == total else { return }
        stopping?.said = handedOver
        stopping?.saidAtMilliseconds = now.monotonicMilliseconds
        emit(.notice(.draining(handedOver: handedOver, of: total)))
    }

    /// What is under way to the store or other nodes.
    private var pendingCount: Int {
        appends.count + forwards.count + removals.count + replications.count { !$0.isAnswered }
    }

    /// Says so to all who are linked, before the links are closed. Who may still hold the only copy of something must
    /// not count as gone: it ends as down, and is asked for it when it is back.
    private mutating func leave(_ isDrained: Bool) {
        guard isDrained else {
            if let progress = sync.draining, let total = progress.total, progress.handedOver < total {
                emit(.notice(.notHandedOver(messages: total - progress.handedOver, of: total)))
            }
            return emit(.notice(.stays(sync.hasGivenUp ? .storeFailed : .unfinished)))
        }
        guard hasHeir else { return emit(.notice(.stays(.nobodyThere))) }
        tell(.leave)
        if announceAtMilliseconds != nil { announceDigest() }
        emit(.notice(.left))
    }

    /// Whether another member in its place is linked.
    private var hasHeir: Bool {
        membership.roster.members.contains { member in
            member.node != configuration.node && member.state.isPlaced && nodeLinks[member.node] != nil
        }
    }
}
