import MeshQueueCore

/// The index, and what its two sides agree on.
///
/// One thread writes, any number read. The writer changes the index under the lock and reads it without: nobody else
/// changes it. Everybody else reads under the lock. Nobody holds the lock while waiting for a disk.
///
/// A reader notes where messages lie, lets the lock go and reads them from the file, while the writer may be moving
/// them. Rows are therefore deleted only later than they were given up, and not while a reader is at work that began
/// before: each change of the index is an epoch; a reader announces in which one it looked.
final class SharedIndex: @unchecked Sendable {
    private let lock = Lock()
    // Checked by the rule above, not at run time: the check would cost more than some of the accesses.
    @exclusivity(unchecked) private var index: QueueIndex
    private var epoch: UInt64 = 1
    private var readerEpoch: UInt64?
    private var damaged: Set<UInt64> = []

    init(_ index: consuming QueueIndex) { self.index = index }

    /// Looks at the index as its writer, without the lock; on the writer's thread only.
    func view<Result, Failure: Error>(
        _ body: (borrowing QueueIndex) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(index)
    }

    /// Changes the index, as the writer. Returns the epoch from which on readers see the change.
    @discardableResult
    func change(_ body: (inout QueueIndex) -> Void) -> UInt64 {
        lock.withLock {
            body(&index)
            epoch += 1
            return epoch
        }
    }

    /// Looks at the index from any thread.
    func look<Result>(_ body: (borrowing QueueIndex) -> Result) -> Result {
        lock.withLock { body(index) }
    }

    /// Looks at the index as the (one) reader of the file, until `endReading`.
    func beginReading<Result>(_ body: (borrowing QueueIndex) -> Result) -> Result {
        lock.withLock {
            readerEpoch = epoch
            return body(index)
        }
    }

    /// The reader is done with the file.
    func endReading() { lock.withLock { readerEpoch = nil } }

    /// Whether rows given up in `epoch` may go: no reader is at work that looked before.
    func mayDelete(givenUpIn givenUp: UInt64) -> Bool {
        lock.withLock { readerEpoch.map { $0 >= givenUp } ?? true }
    }

    /// Remembers that a message was found unreadable.
    func noteDamage(sequence: UInt64) {
        lock.withLock {
            if damaged.count < Self.damageRemembered { damaged.insert(sequence) }
        }
    }

    /// Whether a message was found unreadable.
    func isDamaged(sequence: UInt64) -> Bool {
        lock.withLock { damaged.contains(sequence) }
    }

    /// 4,096 unreadable messages are remembered, so that a new copy of one may replace it; more than that is a disk to
    /// be thrown away.
    private static let damageRemembered = 4_096
}
