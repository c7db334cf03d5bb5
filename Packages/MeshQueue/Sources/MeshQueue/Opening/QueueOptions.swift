public import MeshQueueCore

/// How a durable queue is to behave.
public struct QueueOptions: Sendable {
    /// What is admitted per message and recipient.
    public var limits: QueueLimits
    /// How many first bytes of a stored payload a `ProofCheck` is shown.
    public var proofPrefixBytes: Int
    /// Most bytes of the store's main file; appends beyond fail as `outOfSpace`. Nil: as much as the disk has. The
    /// write-ahead log beside it takes up to some 100 MB more.
    public var maximumFileBytes: Int?
    /// Whether to read the file through a memory mapping, which makes fetches and removals a third cheaper. A disk that
    /// fails to read a mapped page ends the process (SIGBUS), where an unmapped read is an error; turn it off on a disk
    /// that does.
    public var mapsFile: Bool
    /// Most operations that may wait for the writer; more are refused as `tooManyPending`.
    public var maximumPendingOperations: Int

    /// 65,536: half a second of work at the pace of a good disk, some 64 MB at 1 KiB a message.
    public static let defaultMaximumPendingOperations = 65_536

    /// The name of a registered SQLite VFS; nil for the system's. For tests that break the disk.
    package var fileSystem: String?
    /// The seed of a new store's fingerprints; nil draws one. For tests that need collisions.
    package var seed: QueueSeed?
    /// Recent tombstones after which the journal is folded; for tests.
    package var tombstonesPerFold = RecentTombstones.foldLimit
    /// Pages of write-ahead log after which it is copied back; for tests.
    package var checkpointPages = 4_096

    /// Options; each has the documented default.
    public init(
        limits: QueueLimits = QueueLimits(),
        proofPrefixBytes: Int = QueueBounds.defaultProofPrefixBytes,
        maximumFileBytes: Int? = nil,
        mapsFile: Bool = true,
        maximumPendingOperations: Int = defaultMaximumPendingOperations
    ) {
        self.limits = limits
        self.proofPrefixBytes = proofPrefixBytes
        self.maximumFileBytes = maximumFileBytes
        self.mapsFile = mapsFile
        self.maximumPendingOperations = maximumPendingOperations
    }
}
