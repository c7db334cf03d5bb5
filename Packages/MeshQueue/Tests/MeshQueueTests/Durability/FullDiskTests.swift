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
        let path = disk.path + "/queue"
        let queue = try BlockingQueue(directory: path, options: QueueOptions())
        _ = try queue.perform((0..<100).map { append($0, count: 5_000) }, nowSeconds: now)
        disk.fill()
        for attempt in 0..<5 {
            do throws(QueueError) {
                _ = try queue.perform(
                    (0..<200).map { append(1_000 + attempt * 200 + $0, count: 30_000) }, nowSeconds: now)
                Issue.record("not refused")
            } catch {
                guard case .outOfSpace(let file) = error else {
                    Issue.record("\(error)")
                    return
                }
                #expect(file.hasPrefix(path + "/log-"))
            }
            #expect(queue.totals.messages == 100)
            var store: any QueueStore = queue
            #expect(try store.ids() == (0..<100).map { itemID($0) })
        }
        #expect(try queue.perform([remove(8)], nowSeconds: now) == [.removed])
        disk.empty()
        #expect(try queue.perform([append(500, count: 30_000), remove(7)], nowSeconds: now).last == .removed)
        queue.queue.close()
        var again: any QueueStore = try BlockingQueue(directory: path, options: QueueOptions())
        #expect(try again.ids() == (0..<100).filter { $0 != 7 && $0 != 8 }.map { itemID($0) } + [itemID(500)])
    }
}
