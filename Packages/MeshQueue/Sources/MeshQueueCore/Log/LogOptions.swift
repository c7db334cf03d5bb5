/// How a log is to behave.
public struct LogOptions: Sendable {
    /// What is admitted per message and recipient.
    public var limits: QueueLimits
    /// Most bytes of all segments; appends beyond fail as `outOfSpace`, removals still work. Nil: as much as the disk has.
    public var maximumBytes: Int?
    /// Bytes of a segment while little is queued. A segment grows with what is queued; one that a commit doesn't fit is
    /// made as large as that takes.
    public var smallestSegmentBytes: Int
    /// Bytes of a segment while much is queued.
    public var largestSegmentBytes: Int
    /// Bytes of removals kept in memory (twice that while they are being written out).
    public var tombstoneBytesPerFold: Int

    /// 1 MiB: an almost empty store takes three of them, two being its reserve.
    public static let defaultSmallestSegmentBytes = 1 << 20
    /// 64 MiB: at 80 MB/s one new segment a second, some milliseconds of work; 1,600 open files for 100 GB.
    public static let defaultLargestSegmentBytes = 64 << 20
    /// 4 MiB: some 40,000 removals; a fold takes tens of milliseconds.
    public static let defaultTombstoneBytesPerFold = 4 << 20

    /// Options; each has the documented default.
    public init(
        limits: QueueLimits = QueueLimits(), maximumBytes: Int? = nil,
        smallestSegmentBytes: Int = defaultSmallestSegmentBytes,
        largestSegmentBytes: Int = defaultLargestSegmentBytes,
        tombstoneBytesPerFold: Int = defaultTombstoneBytesPerFold
    ) {
        self.limits = limits
        self.maximumBytes = maximumBytes
        self.smallestSegmentBytes = smallestSegmentBytes
        self.largestSegmentBytes = largestSegmentBytes
        self.tombstoneBytesPerFold = tombstoneBytesPerFold
    }

    /// Dead bytes that may wait for idle moments, however little is queued: 64 small segments, or one large.
    var slackBytes: Int { max(64 * smallestSegmentBytes, largestSegmentBytes) }
}
