/// Every bound of bringing queues to where they belong. Times in milliseconds.
public struct SyncLimits: Sendable {
    /// Changes of the ring and links that come up within this time are dealt with together: a network that starts or
    /// stops changes for some seconds.
    public var settleMilliseconds: UInt64 = 1_000
    /// How often everything is compared though nothing happened (DESIGN §7.6); up to a tenth more, another at each node.
    public var roundMilliseconds: UInt64 = 10 * 60_000
    /// What failed is tried again after this time …
    public var retryMilliseconds: UInt64 = 2_000
    /// … doubled each time up to this.
    public var retryMaximumMilliseconds: UInt64 = 60_000
    /// A peer must answer within this time: longer than a commit that stands behind a full window of others.
    public var answerMilliseconds: UInt64 = 30_000
    /// Copies at W members are enough to let go when the set has been the same for this time (DESIGN §7.6).
    public var majorityMilliseconds: UInt64 = 24 * 3_600_000
    /// Recipients that are worked on at once: hides the way there and back, and one that is stuck holds up nobody.
    public var recipientsAtOnce = 128
    /// Recipients that are looked at in one go: one compare's worth.
    public var recipientsPerPage = 512
    /// Messages that are offered in one go: one offer's worth.
    public var messagesPerPage = 512
    /// Bytes that were read and are not answered yet: half of what nodes grant each other, so that new messages never
    /// wait behind old ones for long.
    public var bytesInFlight = 1_024 * 1_024
    /// Bytes of one read.
    public var bytesPerRead = 128 * 1_024
    /// Messages of one read.
    public var messagesPerRead = 128
    /// Until the next page of removals, where a member takes no more for now.
    public var slowMilliseconds: UInt64 = 1_000
    /// Removals that members were told and have not answered: as many as one page brings.
    public var removalsInFlight = 512
    /// Recipients remembered for a second try; beyond these, everything is looked at again.
    public var failedRecipients = 65_536

    /// The documented defaults.
    public init() {}
}
