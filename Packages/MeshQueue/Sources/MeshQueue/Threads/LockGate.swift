import MeshQueueCore

/// Keeps the threads around a log apart.
///
/// A reader notes where messages lie, lets the lock go and reads them from the disk, while the writer may be moving
/// them. Files therefore go only later than they were given up, and not while a reader is at work that began before:
/// each change is an epoch; a reader announces in which one it looked.
final class LockGate: LogGate {
    private let lock = Lock()
    private nonisolated(unsafe) var readerEpoch: UInt64?

    func change(_ body: () -> Void) { lock.withLock(body) }

    func mayRelease(_ epoch: UInt64) -> Bool { lock.withLock { readerEpoch.map { $0 >= epoch } ?? true } }

    /// Looks at memory from any thread.
    func look<Result>(_ body: () -> Result) -> Result { lock.withLock(body) }

    /// Looks at memory as the (one) reader of the disk, until `endReading`.
    func beginReading<Result>(_ memory: LogMemory, _ body: () -> Result) -> Result {
        lock.withLock {
            readerEpoch = memory.epoch
            return body()
        }
    }

    /// The reader is done with the disk.
    func endReading() { lock.withLock { readerEpoch = nil } }
}
