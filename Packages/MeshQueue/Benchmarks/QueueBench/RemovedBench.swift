import Glibc
import MeshQueue
import MeshQueueCore

/// Remembers N ids of messages that never came; with `ask=1` opens what that left, in a process of its own so that all
/// memory it takes is seen, and asks for some.
struct RemovedBench {
    let directory: String
    let settings: Settings

    func run() throws {
        if settings("ask", 0) == 1 { try open() } else { try remember(Samples(settings)) }
    }

    private func open() throws {
        let samples = Samples(settings)
        let before = Meter.residentKiB()
        let start = (Meter.seconds(), Meter.processorSeconds())
        let store = try openLog(directory, settings)
        let loaded = Meter.residentKiB() - before
        print(
            """
            open: \(rounded(Meter.seconds() - start.0)) s (processor \(rounded(Meter.processorSeconds() - start.1)) s), \
            resident +\(loaded >> 10) MiB: \(rounded(Double(loaded) * 1_024 / Double(settings.messages))) B an id
            """)
        try ask(store, samples)
        print("resident +\((Meter.residentKiB() - before) >> 10) MiB after that")
        store.close()
    }

    private func remember(_ samples: Samples) throws {
        let before = Meter.residentKiB()
        let store = try openLog(directory, settings)
        var meter = Meter()
        for start in stride(from: 0, to: settings.messages, by: settings.batch) {
            let end = min(settings.messages, start + settings.batch)
            let operations = (start..<end).map { samples.removal($0, proofBytes: settings("proof", 55)) }
            try meter.measure {
                _ = try store.commit(operations, nowSeconds: 1_800_000_000)
                store.housekeep(isIdle: false)
            }
        }
        meter.report("remember", messages: settings.messages, payloadBytes: 1, directory: directory)
        while store.housekeep(isIdle: true) {}
        let used = Meter.residentKiB() - before
        print("resident +\(used >> 10) MiB, runs \(store.log.memory.runs.count)")
        store.close()
    }

    private func ask(_ store: LogQueueStore, _ samples: Samples) throws {
        let count = 20_000
        for isStranger in [false, true] {
            let start = Meter.seconds()
            var found = 0
            for number in 0..<count {
                let message = isStranger ? settings.messages + number : number * (settings.messages / count)
                let key = QueueKey(
                    recipient: samples.recipient(samples.owner(of: message)), id: samples.id(message))
                if case .removed = try store.lookup([key], nowSeconds: 1_800_000_000)[0] { found += 1 }
            }
            let each = (Meter.seconds() - start) / Double(count) * 1e6
            print("look-up of \(isStranger ? "strangers" : "remembered ids"): \(rounded(each)) us, \(found) found")
        }
    }
}
