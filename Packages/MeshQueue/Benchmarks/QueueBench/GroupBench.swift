import Glibc
import MeshQueue
import MeshQueueCore

/// S senders with B single messages in flight each, through `DurableQueue` and its batches of answers.
struct GroupBench {
    let directory: String
    let settings: Settings

    private final class Flow: @unchecked Sendable {
        var queue: DurableQueue?
        var next = 0
        var done = 0
        var deliveries = 0
        let finished = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

        init() { sem_init(finished, 0, 0) }
    }

    func run() throws {
        let samples = Samples(settings)
        let flow = Flow()
        let settings = settings
        let queue = try DurableQueue(
            directory: directory, options: settings.options,
            completions: { completions in
                flow.deliveries += 1
                let count = completions.reduce(0) { sum, completion in
                    if case .committed(_, let answers) = completion { sum + answers.count } else { sum + 1 }
                }
                flow.done += count
                for _ in 0..<count where flow.next < settings.messages {
                    try? flow.queue?.submit(
                        [samples.append(flow.next)], nowSeconds: 1_800_000_000, token: UInt64(flow.next))
                    flow.next += 1
                }
                if flow.done == settings.messages { sem_post(flow.finished) }
            })
        flow.queue = queue
        var meter = Meter()
        let window = settings("S", 50) * settings.batch
        flow.next = window
        for message in 0..<window {
            try queue.submit([samples.append(message)], nowSeconds: 1_800_000_000, token: UInt64(message))
        }
        sem_wait(flow.finished)
        meter.report(
            "group \(window) in flight", messages: settings.messages, payloadBytes: settings.payloadBytes,
            directory: directory)
        print("answers: \(flow.deliveries) deliveries")
        flow.queue = nil
        queue.close()
    }
}
