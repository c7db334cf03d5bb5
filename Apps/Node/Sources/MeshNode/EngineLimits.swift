/// Every bound of the engine. Times in milliseconds unless the name says otherwise.
public struct EngineLimits: Sendable {
    /// A link must say hello within this time: a peer that has proven its key has nothing else to wait for.
    public var helloMilliseconds: UInt64 = 10_000
    /// A forwarded message must be answered within this time, or another member of the set is asked. Longer than the
    /// slowest commit of a healthy disk, shorter than a person's patience.
    public var forwardMilliseconds: UInt64 = 8_000
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
    /// Submissions a second that one client link may send for long …
    public var submissionsPerSecond: UInt64 = 10_000
    /// … and at once.
    public var submissionBurst: UInt64 = 20_000
    /// A change of the roster is announced to clients at most this often.
    public var announceMilliseconds: UInt64 = 500
    /// How often expired messages are looked for.
    public var expireMilliseconds: UInt64 = 30_000
    /// How long stopping waits for what is under way.
    public var stopMilliseconds: UInt64 = 10_000
    /// Tombstones outlive the expiry by this many seconds (DESIGN §7.4): a day of clocks that differ and nodes that
    /// were away.
    public var tombstoneSeconds: UInt32 = 24 * 3_600

    public init() {}
}
