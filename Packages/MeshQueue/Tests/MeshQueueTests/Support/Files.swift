import Foundation
import MeshQueue
import MeshQueueCore
import MeshQueueTesting

/// All bytes of a file.
func contents(_ file: String) -> Data { FileManager.default.contents(atPath: file) ?? Data() }

/// Changes a file's bytes in place.
func edit(_ file: String, _ change: (inout Data) -> Void) {
    var data = contents(file)
    change(&data)
    guard FileManager.default.createFile(atPath: file, contents: data) else { fatalError("can't write \(file)") }
}

/// Opens a log on the disk of a directory, as a `DurableQueue` has it, for one thread.
func open(_ directory: TemporaryDirectory, options: LogOptions = LogOptions()) throws(QueueOpenError) -> LogQueueStore {
    let disk: PosixDisk
    do throws(DiskError) { disk = try PosixDisk(path: directory.path) } catch { fatalError("\(error)") }
    return try LogQueueStore(disk: disk, options: options, random: .random(in: 0 ... .max))
}

/// A log on a disk in memory.
func open(_ disk: FaultyDisk, options: LogOptions = .small(), random: UInt64 = 1, reports: Reports? = nil)
    throws(QueueOpenError) -> LogQueueStore
{
    try LogQueueStore(disk: disk, options: options, random: random, report: { reports?.add($0) })
}

/// What opening a queue is refused with; nil if it isn't.
func refusal(_ path: String) -> QueueOpenError? {
    do throws(QueueOpenError) {
        try DurableQueue(directory: path).close()
        return nil
    } catch {
        return error
    }
}

/// Collects what a store reports.
final class Reports: @unchecked Sendable {
    private let lock = NSLock()
    private var all: [QueueReport] = []

    func add(_ report: QueueReport) { lock.withLock { all.append(report) } }

    var list: [QueueReport] { lock.withLock { all } }

    /// Reports of something missing.
    var losses: [QueueReport] {
        list.filter { if case .maintenanceFailed = $0 { false } else { true } }
    }
}
