public import MeshQueueCore

/// How a durable queue is to behave.
public struct QueueOptions: Sendable {
    /// What is admitted per message and recipient.
    public var limits: QueueLimits
    /// Most bytes of the files that hold messages; appends beyond fail as `outOfSpace`. Nil: as much as the disk has.
    public var maximumFileBytes: Int?
    /// Most operations that may wait for the writer; more are refused as `tooManyPending`.
    public var maximumPendingOperations: Int
    /// The kind of memory that pages are read into: a type of the caller's network spares a copy.
    public var pageBytes: any QueuePageBytes.Type

    /// 65,536: half a second of work at the pace of a good disk, some 64 MB at 1 KiB a message.
    public static let defaultMaximumPendingOperations = 65_536

    /// Sizes of files; for tests.
    package var log = LogOptions()

    /// Options; each has the documented default.
    public init(
        limits: QueueLimits = QueueLimits(),
        maximumFileBytes: Int? = nil,
        maximumPendingOperations: Int = defaultMaximumPendingOperations,
        pageBytes: any QueuePageBytes.Type = [UInt8].self
    ) {
        self.limits = limits
        self.maximumFileBytes = maximumFileBytes
        self.maximumPendingOperations = maximumPendingOperations
        self.pageBytes = pageBytes
    }

    /// The same for the log.
    var forLog: LogOptions {
        var log = log
        log.limits = limits
        log.maximumBytes = maximumFileBytes
        return log
    }
}
