import Foundation
import MeshQueue
import MeshQueueCore
import MeshQueueTesting
import Testing

@Suite("Opening what isn't sound")
struct RefusalTests {
    let directory = TemporaryDirectory()

    private func fill() throws {
        let store = try open(directory)
        _ = try store.perform((0..<20).map { append($0, count: 1_000) }, nowSeconds: now)
        store.close()
    }

    @Test("A state that is none is refused by name and left alone")
    func garbage() throws {
        let bytes = Data((0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        _ = FileManager.default.createFile(atPath: directory.path + "/state", contents: bytes)
        let error = refusal(directory.path)
        guard case .damaged(directory.path + "/state", _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect("\(error!)".contains("start with an empty queue"))
        #expect(contents(directory.path + "/state") == bytes)
    }

    @Test("A newer format is refused with both versions, and left alone")
    func newer() throws {
        try fill()
        edit(directory.path + "/state") { data in
            data[9] = 2
            let checksum = data.withUnsafeBytes { XXH64.hash(UnsafeRawBufferPointer(rebasing: $0[8...]), seed: 1) }
            withUnsafeBytes(of: checksum.littleEndian) { data.replaceSubrange(0..<8, with: $0) }
        }
        let before = contents(directory.path + "/state")
        #expect(refusal(directory.path) == .newerFormat(file: directory.path + "/state", found: 2, supported: 1))
        #expect(contents(directory.path + "/state") == before)
    }

    @Test("The queue of a version before 0.2 is refused by name, with the way to go on, and left alone")
    func older() throws {
        let file = directory.path + "/queue.db"
        _ = FileManager.default.createFile(atPath: file, contents: Data([1, 2, 3]))
        #expect(refusal(directory.path) == .olderFormat(file: file))
        #expect("\(refusal(directory.path)!)".contains("let that version deliver it"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted() == ["queue.db", "queue.lock"])
        try FileManager.default.removeItem(atPath: file)
        #expect(refusal(directory.path) == nil)
    }

    @Test("Segments without a state are refused by name, and left alone")
    func missingState() throws {
        try fill()
        try FileManager.default.removeItem(atPath: directory.path + "/state")
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        guard case .damaged(directory.path + "/state", _) = refusal(directory.path) else {
            Issue.record("\(String(describing: refusal(directory.path)))")
            return
        }
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: directory.path)) == Set(names + ["queue.lock"]))
    }

    @Test("A second opener is told who holds the directory; after closing it may")
    func inUse() throws {
        let queue = try DurableQueue(directory: directory.path)
        #expect(refusal(directory.path) == .inUse(path: directory.path, holder: "process \(getpid())"))
        queue.close()
        #expect(refusal(directory.path) == nil)
    }

    @Test("A directory that can't be made is refused by name")
    func unusable() throws {
        _ = FileManager.default.createFile(atPath: directory.path + "/file", contents: Data())
        for path in ["/file/queue", "/missing/parent"] {
            guard case .unusableDirectory = refusal(directory.path + path) else {
                Issue.record("\(path): \(String(describing: refusal(directory.path + path)))")
                continue
            }
        }
    }

    @Test("A directory is made if its parent is there")
    func created() throws {
        #expect(refusal(directory.path + "/queue/") == nil)
        #expect(FileManager.default.fileExists(atPath: directory.path + "/queue/state"))
    }

    @Test("An opening that fails anywhere can be tried again, and all is there")
    func failingOpening() throws {
        let disk = FaultyDisk(seed: 8)
        var store = try open(disk)
        _ = try store.perform((0..<60).map { append($0, count: 600) }, nowSeconds: now)
        _ = try store.perform((0..<30).map { remove($0) }, nowSeconds: now)
        for chance in [0.9, 0.5, 0.2, 0.05] {
            disk.crash()
            disk.faults.nameError = chance
            disk.faults.readError = chance / 4
            disk.faults.synchronizeError = chance / 2
            for attempt in 0..<20 as Range<UInt64> { _ = try? open(disk, random: attempt + 2) }
            disk.faults = FaultyDisk.Faults()
        }
        store = try open(disk, random: 100)
        #expect(try store.ids() == (30..<60).map { itemID($0) })
    }
}
