import MeshChat
import MeshChatStore
import MeshCrypto

/// Where a session stands with the outbox. Who submits holds the home's lock for that, for as long as something is
/// under way or due at once; so several processes on one home take turns, and nothing is submitted by two of them.
struct OutboxPump {
    /// How often the lock is asked for while another process has it, in milliseconds: short against what a person
    /// notices.
    static let lockMilliseconds: UInt64 = 50
    /// What is due within this time (milliseconds) is worth keeping the lock for.
    static let patienceMilliseconds: UInt64 = 500
    /// How long an answer is waited for, in milliseconds: less than the outbox's own patience, so that each submission
    /// has its one answer first.
    static let answerMilliseconds: UInt64 = 25_000

    var outbox = Outbox()
    var lock: HomeLock?
    /// What is submitted and not answered.
    var underWay: Set<SubmissionID> = []
    /// Something may have been put in that `outbox` doesn't know.
    var isStale = true
    /// Whether waits from earlier tries are over: a command that connects tries everything at once.
    var ignoresWaits = true
    /// When to look again; milliseconds since 1970.
    var wakeAt: UInt64?

    /// Gives the lock back; what is known of the outbox is forgotten with it.
    mutating func release() {
        lock = nil
        outbox = Outbox()
        underWay = []
    }
}
