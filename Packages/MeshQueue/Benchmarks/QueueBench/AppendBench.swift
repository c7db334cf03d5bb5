import Glibc
import MeshQueue
import MeshQueueCore

/// One thread commits batches of B and waits for each.
struct AppendBench {
    let directory: String
    let settings: Settings

    func run() throws {
        let samples = Samples(settings)
        let store = try openLog(directory, settings)
        try append(to: store, samples)
        if settings("drain", 0) == 1 { try drain(store, samples) }
        if settings("keep", 0) == 1 { leave() }
        let start = Meter.seconds()
        while store.housekeep(isIdle: true) {}
        store.close()
        print("close: \(rounded(Meter.seconds() - start)) s, files \(Meter.directoryBytes(directory) >> 10) KiB")
    }

    private func append(to store: LogQueueStore, _ samples: Samples) throws {
        var meter = Meter()
        var next = 0
        while next < settings.messages {
            let end = min(settings.messages, next + settings.batch)
            let operations = (next..<end).map { samples.append($0) }
            let outcomes = try meter.measure {
                let outcomes = try store.commit(operations, nowSeconds: 1_800_000_000).outcomes
                store.housekeep(isIdle: false)
                return outcomes
            }
            for outcome in outcomes {
                guard case .stored = outcome else { fatalError("not stored: \(outcome)") }
            }
            next = end
        }
        meter.report(
            "append B=\(settings.batch)", messages: settings.messages, payloadBytes: settings.payloadBytes,
            directory: directory)
    }

    private func drain(_ store: LogQueueStore, _ samples: Samples) throws {
        var meter = Meter()
        var pending = Array(0..<settings.recipients)
        var removals: [QueueOperation] = []
        var seen = 0
        let group = settings("AB", 512)
        func flush() throws {
            let outcomes = try meter.measure {
                let outcomes = try store.commit(removals, nowSeconds: 1_800_000_000).outcomes
                store.housekeep(isIdle: false)
                return outcomes
            }
            guard outcomes.allSatisfy({ $0 == .removed }) else { fatalError("not removed") }
            removals.removeAll(keepingCapacity: true)
        }
        while !pending.isEmpty {
            var more: [Int] = []
            for start in stride(from: 0, to: pending.count, by: settings("F", 32)) {
                let owners = pending[start..<min(pending.count, start + settings("F", 32))]
                for owner in owners {
                    let page = try store.fetch(QueueFetch(recipient: samples.recipient(owner), maxCount: 100))
                    for item in page.items {
                        removals.append(
                            samples.removal(samples.message(page.payload(of: item)), proofBytes: settings("proof", 55)))
                    }
                    seen += page.items.count
                    if page.hasMore { more.append(owner) }
                }
                if removals.count >= group { try flush() }
            }
            try flush()
            pending = more
        }
        guard seen == settings.messages, store.totals.messages == 0 else { fatalError("lost some: \(seen)") }
        meter.report(
            "drain", messages: settings.messages, payloadBytes: settings.payloadBytes, directory: directory)
    }
}

extension Settings {
    /// Without quotas.
    var options: QueueOptions {
        QueueOptions(limits: QueueLimits(messagesPerRecipient: .max, bytesPerRecipient: .max / 2))
    }
}

/// The log without threads.
func openLog(_ directory: String, _ settings: Settings) throws -> LogQueueStore {
    try LogQueueStore(
        disk: try PosixDisk(path: directory), options: LogOptions(limits: settings.options.limits),
        random: .random(in: 0 ... .max))
}
