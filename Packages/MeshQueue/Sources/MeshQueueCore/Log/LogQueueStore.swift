/// A log of segments on a `Disk`, for one thread: what simulations run, and what `DurableQueue` puts threads around.
///
/// Deterministic: it owns no clock and draws no numbers but from the one it is given.
public final class LogQueueStore: QueueStore {
    /// The writing half.
    package let log: LogStore
    private let reader: LogReader
    private let disk: any Disk

    /// Opens the store on a disk, founding it if there is none, and loads its index.
    ///
    /// - Parameters:
    ///   - random: A number that no other opening of a store ever had; all secrets of the store come from it.
    ///   - report: Told of damage and of failing housekeeping.
    public init(
        disk: any Disk, options: LogOptions = LogOptions(), random: UInt64,
        report: @escaping QueueReportHandler = { _ in }
    ) throws(QueueOpenError) {
        self.disk = disk
        log = try LogStore(disk: disk, options: options, random: random, report: report)
        reader = LogReader(disk: disk, memory: log.memory, report: report)
    }

    /// Performs `operations` as one commit; answers after stable storage.
    public func commit(_ operations: [QueueOperation], nowSeconds: UInt32) throws(QueueError) -> QueueCommit {
        let (number, outcomes) = try log.commit([LogSubmission(operations: operations, nowSeconds: nowSeconds)])
        return QueueCommit(number: number, outcomes: outcomes[0])
    }

    /// Does a bounded part of what is to be done between commits; returns whether more is left.
    ///
    /// - Parameter isIdle: Whether nothing else is to be done: then small amounts are worth it too, and space is given
    ///   back. Call it with false after each commit, with true now and then.
    @discardableResult
    public func housekeep(isIdle: Bool) -> Bool { log.housekeep(isIdle: isIdle) }

    /// Writes down where everything is, so that the next opening is quick. Further operations are refused.
    public func close() { log.close() }

    /// The oldest messages of a recipient behind a sequence.
    public func fetch(_ fetch: QueueFetch) throws(QueueError) -> QueuePage {
        try log.checkOpen()
        return page(reader.look(fetch))
    }

    /// The messages of `keys` that are held.
    public func fetch(keys: [QueueKey], maxBytes: Int) throws(QueueError) -> QueuePage {
        try log.checkOpen()
        return page(reader.look(keys: keys, maxBytes: maxBytes))
    }

    private func page(_ plan: LogReader.FetchPlan) -> QueuePage {
        let page = reader.readPage(plan)
        reader.tell(reader.note(page))
        return page
    }

    /// Drops what has expired, a bounded part a call.
    public func expire(nowSeconds: UInt32) throws(QueueError) -> QueueExpiry { try log.expire(nowSeconds: nowSeconds) }

    /// What is known of each key.
    public func lookup(_ keys: [QueueKey], nowSeconds: UInt32) throws(QueueError) -> [QueueLookup] {
        try log.checkOpen()
        return try reader.answers(reader.look(up: keys, nowSeconds: nowSeconds))
    }

    /// Messages that were removed and are remembered.
    public func tombstones(
        from cursor: QueueTombstoneCursor, maxCount: Int, nowSeconds: UInt32
    ) throws(QueueError) -> QueueTombstonePage {
        try log.checkOpen()
        return try reader.tombstones(reader.look(from: cursor, maxCount: maxCount, nowSeconds: nowSeconds))
    }

    /// A recipient's messages behind a sequence.
    public func list(_ recipient: QueueRecipient, afterSequence: UInt64, maxCount: Int) -> QueueListing {
        reader.list(recipient, afterSequence: afterSequence, maxCount: maxCount)
    }

    /// A digest of the ids held for a recipient.
    public func digest(of recipient: QueueRecipient, key: UInt64, expiringAfterSeconds: UInt32) -> QueueDigest {
        reader.digest(of: recipient, key: key, expiringAfterSeconds: expiringAfterSeconds)
    }

    /// Marks messages as handed out.
    public func markHandedOut(_ keys: [QueueKey]) { reader.markHandedOut(keys) }

    /// What is held in all.
    public var totals: QueueTotals { log.memory.index.totals }

    /// What is held for one recipient.
    public func totals(of recipient: QueueRecipient) -> QueueTotals { reader.totals(of: recipient) }

    /// Recipients that have messages, at most `maxCount` from `cursor` on.
    public func recipients(from cursor: QueueRecipientCursor, maxCount: Int) -> QueueRecipientPage {
        log.memory.index.recipients(from: cursor, maxCount: maxCount)
    }
}
