/// A place that keeps queues. One contract suite runs over every store.
///
/// Calls come one at a time. Whatever throws has changed nothing.
public protocol QueueStore {
    /// Performs `operations` in order as one commit, and answers once they are on stable storage (if the store has one).
    ///
    /// - Parameter nowSeconds: The present, in seconds since 1970.
    /// - Returns: One outcome per operation, and the commit's number.
    /// - Throws: If the commit failed; then no operation has happened.
    mutating func commit(_ operations: [QueueOperation], nowSeconds: UInt32) throws(QueueError) -> QueueCommit

    /// The oldest messages of a recipient behind a sequence, in order of arrival.
    mutating func fetch(_ fetch: QueueFetch) throws(QueueError) -> QueuePage

    /// Drops messages whose expiry is at or before `nowSeconds`, and forgets tombstones whose time has passed: bounded
    /// work a call (`QueueBounds`). Call it regularly, and again while it isn't complete.
    mutating func expire(nowSeconds: UInt32) throws(QueueError) -> QueueExpiry

    /// What is held in all, in constant time; what can't be read takes its room all the same.
    var totals: QueueTotals { get }

    /// What is held for one recipient, in constant time; `recipients` is 0 or 1.
    func totals(of recipient: QueueRecipient) -> QueueTotals

    /// Recipients that have messages, with counts, at most `maxCount` from `cursor` on.
    func recipients(from cursor: QueueRecipientCursor, maxCount: Int) -> QueueRecipientPage

    /// What is known of each of `keys`, in their order.
    ///
    /// - Parameter nowSeconds: The present, in seconds since 1970; what is remembered no longer is `unknown`.
    mutating func lookup(_ keys: [QueueKey], nowSeconds: UInt32) throws(QueueError) -> [QueueLookup]

    /// The messages of `keys` that are held, in the order of the keys.
    ///
    /// - Parameter maxBytes: Most payload bytes wanted (held to `QueueBounds.fetchBytes`); the first message comes even
    ///   if it is larger. Where that ends the page early, `hasMore` is set and `examined` says how many keys were used.
    mutating func fetch(keys: [QueueKey], maxBytes: Int) throws(QueueError) -> QueuePage

    /// A recipient's messages behind a sequence, in order of arrival, from memory: at most `maxCount` (held to
    /// `QueueBounds.fetchItems`). Without those that were found unreadable.
    func list(_ recipient: QueueRecipient, afterSequence: UInt64, maxCount: Int) -> QueueListing

    /// A digest under `key` of the ids held for a recipient, from memory. Without those that were found unreadable, so
    /// that comparing digests shows that a copy is missing here.
    ///
    /// - Parameter expiringAfterSeconds: Only messages that expire later count, so that stores which drop the expired at
    ///   different moments agree.
    func digest(of recipient: QueueRecipient, key: UInt64, expiringAfterSeconds: UInt32) -> QueueDigest

    /// Messages that were removed and are remembered after `nowSeconds`: at most `maxCount` (held to
    /// `QueueBounds.fetchItems`) from `cursor` on.
    mutating func tombstones(
        from cursor: QueueTombstoneCursor, maxCount: Int, nowSeconds: UInt32
    ) throws(QueueError) -> QueueTombstonePage

    /// Marks messages as handed out; those that aren't held are passed over. Kept in memory only: whatever is there when
    /// a store is opened counts as handed out, since it may have been.
    mutating func markHandedOut(_ keys: [QueueKey])
}
