import Foundation
import MeshQueue
import MeshQueueCore
import Testing

/// A small file system in memory; only root may mount one.
private final class SmallDisk {
    let path: String

    init?(megabytes: Int) {
        let directory = "/tmp/mesh-queue-disk-\(UUID().uuidString)"
        guard getuid() == 0, mkdir(directory, 0o700) == 0 else { return nil }
        guard Self.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", directory) else {
            rmdir(directory)
            return nil
        }
        path = directory
    }

    deinit {
        _ = Self.run("umount", "-l", path)
        rmdir(path)
    }

    /// Takes all space that is left.
    func fill() {
        let file = open(path + "/ballast", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let block = [UInt8](repeating: 1, count: 4_096)
        while write(file, block, block.count) > 0 {}
        close(file)
    }

    func empty() { unlink(path + "/ballast") }

    private static func run(_ command: String, _ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [command] + arguments
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}

@Suite("A disk that is full")
struct FullDiskTests {
    @Test("Operations fail by name, nothing is half-written, and all works again when space returns")
    func full() throws {
        guard let disk = SmallDisk(megabytes: 12) else {
            print("skipped: mounting a small disk takes root")
            return
        }
        let queue = disk.path + "/queue"
        var store = try SQLiteQueueStore(directory: queue, proofCheck: prefixProof)
        _ = try store.perform((0..<100).map { append($0, count: 5_000) }, nowSeconds: now)
        disk.fill()
        var failures = 0
        for attempt in 0..<5 {
            do throws(QueueError) {
                _ = try store.perform(
                    (0..<200).map { append(1_000 + attempt * 200 + $0, count: 30_000) }, nowSeconds: now)
            } catch {
                #expect(error == .outOfSpace(file: queue + "/queue.db"))
                failures += 1
            }
            #expect(store.totals.messages == 100)
            #expect(try store.ids() == (0..<100).map { itemID($0) })
        }
        #expect(failures == 5)
        disk.empty()
        #expect(try store.perform([append(500, count: 30_000), remove(7)], nowSeconds: now).last == .removed)
        try store.close()
        store = try SQLiteQueueStore(directory: queue, proofCheck: prefixProof)
        #expect(try store.ids() == (0..<100).filter { $0 != 7 }.map { itemID($0) } + [itemID(500)])
        try store.close()
    }
}
