import Glibc
import MeshQueue
import MeshQueueCore

/// One thread commits batches of B appends and B removals, W commits behind, without an idle moment; one in K stays.
struct MixedBench {
    let directory: String
    let settings: Settings

    func run() throws {
        let samples = Samples(settings)
        let store = try openLog(directory, settings)
        let window = settings("W", 50) * settings.batch
        let kept = settings("K", 50)
        var meter = Meter()
        var largest = 0
        for start in stride(from: 0, to: settings.messages, by: settings.batch) {
            let end = min(settings.messages, start + settings.batch)
            var operations = (start..<end).map { samples.append($0) }
            if start >= window {
                operations += (start - window..<end - window).filter { $0 % kept != 0 }
                    .map { samples.removal($0, proofBytes: settings("proof", 55)) }
            }
            try meter.measure {
                _ = try store.commit(operations, nowSeconds: 1_800_000_000)
                store.housekeep(isIdle: false)
            }
            if start % (settings.batch * 100) == 0 { largest = max(largest, Meter.directoryBytes(directory)) }
        }
        meter.report(
            "mixed B=\(settings.batch)", messages: settings.messages, payloadBytes: settings.payloadBytes,
            directory: directory)
        print("held \(store.totals.bytes >> 20) MiB, files at most \(largest >> 20) MiB")
        store.close()
    }
}
