import NIOCore
import NIOPosix

/// A thread for the tests that talk to a link by hand.
///
/// The tests of the cores compute for seconds and hold all threads of Swift's own pool; a peer that waits for one behind
/// them is dropped by the other end's limits before it has said its word.
final class TestThread: TaskExecutor {
    static let shared = TestThread()

    private let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
