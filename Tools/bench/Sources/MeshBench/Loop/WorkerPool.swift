import Glibc
import Synchronization

/// The threads of the load generator. Sessions stay with their worker from one call of ``run(_:)`` to the next.
final class WorkerPool: Sendable {
    let workers: [Worker]

    init(count: Int) throws(SystemCall.Failure) {
        var workers: [Worker] = []
        for index in 0..<count { workers.append(try Worker(index: index)) }
        self.workers = workers
    }

    /// Runs `body` for every worker at the same time, each on a thread of its own, and waits for all.
    /// - Returns: what they returned, in the workers' order.
    func run<Result: Sendable>(_ body: @escaping @Sendable (Worker) -> Result) -> [Result] {
        let results = Mutex<[Int: Result]>([:])
        let threads = workers.map { worker in
            Self.start {
                let result = body(worker)
                results.withLock { $0[worker.index] = result }
            }
        }
        for thread in threads { pthread_join(thread, nil) }
        return results.withLock { results in workers.compactMap { results[$0.index] } }
    }

    /// Ends all sessions of all workers.
    func closeAll() { _ = run { $0.closeAll() } }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private static func start(_ run: @escaping @Sendable () -> Void) -> pthread_t {
        let body = Unmanaged.passRetained(Body(run))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, body.toOpaque())
        precondition(failure == 0, "a thread can't be started: \(String(cString: strerror(failure)))")
        return thread
    }
}
