import MeshQueueCore
import MeshQueueTesting

/// The files of a queue: each structure by itself, and a whole store with one file changed.
enum QueueTargets {
    static let all = QueueStructure.all.map(structure) + [store]

    /// A structure with a checksum that fits: without, next to nothing gets past it.
    private static func structure(_ structure: QueueStructure) -> FuzzTarget {
        FuzzTarget("queue-" + structure.name.replacing(" ", with: "-")) {
            [structure.sample]
        } check: { input throws(FuzzFinding) in
            let sealed = structure.withFittingChecksum(input)
            try FuzzFinding.require(structure.rewritten(input) ?? input == input, "it becomes something else")
            guard let again = structure.rewritten(sealed) else { return .refused }
            try FuzzFinding.require(again == sealed, "it becomes something else")
            return .accepted
        }
    }

    /// The first byte chooses the file, the rest is its content. Whatever a file has, the store opens or refuses by name,
    /// gives nobody other bytes than were stored, and goes on working.
    static let store = FuzzTarget("queue-store", cost: 100) {
        let disk = QueueSamples.disk()
        return QueueSamples.files(of: disk).enumerated().map { number, name in
            [UInt8(number)] + (disk.content(of: name) ?? [])
        }
    } check: { input throws(FuzzFinding) in
        guard let choice = input.first else { return .refused }
        let disk = QueueSamples.disk()
        let files = QueueSamples.files(of: disk)
        disk.replace(files[Int(choice) % files.count], with: Array(input.dropFirst()))
        guard let store = try? LogQueueStore(disk: disk, options: QueueSamples.options, random: 2) else {
            return .refused
        }
        try QueueSamples.check(store)
        return .accepted
    }
}

/// A small store that has all there is: segments with summaries and without, removals, runs.
enum QueueSamples {
    static let options = LogOptions(
        smallestSegmentBytes: 16 << 10, largestSegmentBytes: 16 << 10, tombstoneBytesPerFold: 1 << 10)
    private static let now: UInt32 = 1_800_000_000
    private static let count = 60
    private static let recipient = QueueRecipient([UInt8](repeating: 7, count: 32))!

    private static func id(_ number: Int) -> QueueItemID {
        QueueItemID((0..<16).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) })!
    }

    private static func payload(_ number: Int) -> [UInt8] { [UInt8](repeating: UInt8(number), count: 400) }

    private static func append(_ number: Int) -> QueueOperation {
        .append(recipient: recipient, id: id(number), expirySeconds: .max, payload: payload(number))
    }

    private static func remove(_ number: Int) -> QueueOperation {
        .remove(
            recipient: recipient, id: id(number), proof: QueueProof([1, 2, 3])!, keepUntilSeconds: now + 1_000_000)
    }

    static func disk() -> FaultyDisk {
        let disk = FaultyDisk(seed: 1)
        guard let store = try? LogQueueStore(disk: disk, options: options, random: 1) else {
            preconditionFailure("a sound disk is refused")
        }
        for start in stride(from: 0, to: count, by: 4) {
            _ = try? store.commit((start..<start + 4).map(append), nowSeconds: now)
            _ = try? store.commit([remove(start)], nowSeconds: now)
            store.housekeep(isIdle: start == 20)
        }
        disk.crash()
        return disk
    }

    static func files(of disk: FaultyDisk) -> [String] { ((try? disk.names()) ?? []).filter { !$0.hasPrefix("spare") } }

    static func check(_ store: LogQueueStore) throws(FuzzFinding) {
        guard let page = try? store.fetch(QueueFetch(recipient: recipient, maxCount: 1_000)) else { return }
        for item in page.items {
            let isOurs = (0..<count).contains { id($0) == item.id && page.payload(of: item) == payload($0)[...] }
            try FuzzFinding.require(isOurs, "message \(item.id) was never stored so")
        }
        _ = try? store.tombstones(from: .start, maxCount: 100, nowSeconds: now)
        _ = try? store.commit((0..<count).map(remove) + [append(200)], nowSeconds: now)
        for _ in 0..<200 where !store.housekeep(isIdle: true) { break }
        store.close()
    }
}
