/// Every bound of the engine. Times in milliseconds unless the name says otherwise.
public struct EngineLimits: Sendable {
    /// A link must say hello within this time: a peer that has proven its key has nothing else to wait for.
    public var helloMilliseconds: UInt64 = 10_000
    /// A forwarded message must be answered within this time, or another member of the set is asked. Longer than the
    /// slowest commit of a healthy disk, shorter than a person's patience.
    public var forwardMilliseconds: UInt64 = 8_000
    /// Members that haven't answered for a copy after this time count as unreachable. Shorter than what a forwarding node
    /// waits, so that it hears the reason; longer than a commit of a healthy disk behind a full window of others.
    public var replicateMilliseconds: UInt64 = 5_000
    /// Bytes of copies that may wait for one member's credit: eight windows. Beyond, it counts as unreachable and gets
    /// the rest by repair.
    public var waitingBytesPerLink = 16 * 1_024 * 1_024
    /// What honest clients rarely ask for, at once over one link: removals of what it wasn't sent, recalls, lists and
    /// fetches by id, receipts by id (each of which counts): two full frames …
    public var rareRequestBurst: UInt64 = 1_024
    /// … and a second for long. A removal may cost a tombstone of two weeks for a message that nobody has.
    public var rareRequestsPerSecond: UInt64 = 100
    /// Removals of messages that were never here which one other node may have remembered at once: a member that is new in
    /// many sets is told what was removed there …
    public var strangeRemovalBurst: UInt64 = 65_536
    /// … and a second for long. Each costs some 100 bytes of disk for two weeks: 9 GB a day at the worst from a hostile
    /// node, while a million removals move in a quarter of an hour.
    public var strangeRemovalsPerSecond: UInt64 = 1_000
    /// Messages that wait for an answer of the store or of another node.
    public var pendingMessages = 65_536
    /// Their bytes: what a burst may cost in memory.
    public var pendingBytes = 128 * 1_024 * 1_024
    /// Messages that one client may have been sent without acknowledging them.
    public var unacknowledged = 4_096
    /// Messages that one read of the store brings: a batch is one hop between threads.
    public var messagesPerRead = 256
    /// Bytes that one read of the store brings.
    public var bytesPerRead = 256 * 1_024
    /// A client that follows is read for again so long after a read failed.
    public var readAgainMilliseconds: UInt64 = 1_000
    /// Submissions a second that one client link may send for long …
    public var submissionsPerSecond: UInt64 = 10_000
    /// … and at once.
    public var submissionBurst: UInt64 = 20_000
    /// How often one link may be told the whole roster at once: honest peers ask for it once, and again when a digest
    /// differs …
    public var rosterCopiesAtOnce: UInt64 = 8
    /// … and in a second for long.
    public var rosterCopiesPerSecond: UInt64 = 4
    /// Records beyond these, so that a roster may grow under way: 32 full pages, some 1.3 MB.
    public var rosterSpareRecords: UInt64 = 4_096
    /// How often a node is asked for its roster because it refuses messages that ours gives it.
    public var rosterAskMilliseconds: UInt64 = 1_000
    /// A change of the roster is announced to clients at most this often.
    public var announceMilliseconds: UInt64 = 500
    /// How often expired messages are looked for.
    public var expireMilliseconds: UInt64 = 30_000
    /// How long stopping waits for what is under way.
    public var stopMilliseconds: UInt64 = 10_000
    /// How long a node that leaves hands over what it holds (DESIGN §7.7).
    public var drainMilliseconds: UInt64 = 45_000
    /// How often it says how far it is.
    public var progressMilliseconds: UInt64 = 1_000
    /// Bringing queues to where they belong.
    public var sync = SyncLimits()
    /// Messages that other nodes offered and that are on their way here: with more, some come twice.
    public var expectedMessages = 65_536
    /// Not come after this time, a message is asked for where it is offered next.
    public var expectedMilliseconds: UInt64 = 10_000
    /// Compares and offers of one link that the store is busy with: more than ``SyncLimits/recipientsAtOnce`` of an
    /// honest peer.
    public var syncQuestionsPerLink = 512
    /// Tombstones outlive the expiry by this many seconds (DESIGN §7.4): a day of clocks that differ and nodes that
    /// were away.
    public var tombstoneSeconds: UInt32 = 24 * 3_600

    /// The documented defaults.
    public init() {}

    func rosterRecords(atOnceOf members: Int) -> UInt64 { UInt64(members) * rosterCopiesAtOnce + rosterSpareRecords }

    func rosterRecords(perSecondOf members: Int) -> UInt64 {
        UInt64(members) * rosterCopiesPerSecond + rosterSpareRecords
    }
}
