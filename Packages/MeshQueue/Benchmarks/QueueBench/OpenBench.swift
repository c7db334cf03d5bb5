import Glibc
import MeshQueue
import MeshQueueCore

/// Opens a queue, and fetches a little.
struct OpenBench {
    let directory: String
    let settings: Settings

    func run() throws {
        let samples = Samples(settings)
        let before = (Meter.anonymousKiB(), Meter.residentKiB())
        let start = Meter.seconds()
        let processor = Meter.processorSeconds()
        let queue = try DurableQueue(directory: directory, options: settings.options)
        let elapsed = Meter.seconds() - start
        let after = (Meter.anonymousKiB(), Meter.residentKiB())
        let totals = queue.totals
        print(
            """
            open: \(rounded(elapsed)) s (processor \(rounded(Meter.processorSeconds() - processor)) s) \
            for \(totals.messages) messages of \(totals.recipients) recipients; \
            anonymous \(before.0) -> \(after.0) KiB, resident \(before.1) -> \(after.1) KiB: \
            \((after.1 - before.1) * 1_024 / max(1, totals.messages)) B a message
            """)
        withExtendedLifetime(samples) {}
        if settings("keep", 0) == 1 { leave() }
        queue.close()
    }
}
