/// A place that keeps queues. One contract suite runs over every store.
///
/// Calls come one at a time. Whatever throws has changed nothing.
public protocol QueueStore {
    /// Performs `operations` in order as one commit, and answers once they are on stable storage (if the store has one).
    ///
    /// - Parameter nowSeconds: The present, in seconds since 1970.
    /// - Returns: One outcome per operation.
    /// - Throws: If the commit failed; then no operation has happened.
    mutating func commit(
        _ operations: [QueueOperation], nowSeconds: UInt32
    ) throws(QueueError) -> [QueueOutcome]

    /// The oldest messages of a recipient behind a sequence, in order of arrival.
    mutating func fetch(_ fetch: QueueFetch) throws(QueueError) -> QueuePage

    /// Drops messages whose expiry is at or before `nowSeconds`, and forgets tombstones whose time has passed: bounded
    /// work a call (`QueueBounds`). Call it regularly, and again while it isn't complete.
    mutating func expire(nowSeconds: UInt32) throws(QueueError) -> QueueExpiry

    /// What is held in all, in constant time.
    var totals: QueueTotals { get }

    /// What is held for one recipient, in constant time; `recipients` is 0 or 1.
    func totals(of recipient: QueueRecipient) -> QueueTotals

    /// Recipients that have messages, with counts, at most `maxCount` from `cursor` on.
    func recipients(from cursor: QueueRecipientCursor, maxCount: Int) -> QueueRecipientPage
}
