import Glibc

/// A mutual exclusion held for microseconds. A pthread mutex, so that the thread sanitizer sees it.
final class Lock: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() {
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` alone.
    @inline(__always)
    func withLock<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body()
    }

    /// A condition to wait for under the lock, with times that no clock change disturbs.
    final class Condition: @unchecked Sendable {
        private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        private let lock: Lock

        init(_ lock: Lock) {
            self.lock = lock
            condition.initialize(to: pthread_cond_t())
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(condition, &attributes)
            pthread_condattr_destroy(&attributes)
        }

        deinit {
            pthread_cond_destroy(condition)
            condition.deallocate()
        }

        /// Lets the lock go, waits for a signal, and takes the lock again. Wakes without cause at times.
        func wait() { pthread_cond_wait(condition, lock.mutex) }

        /// The same, until this much time has passed; false then.
        func wait(milliseconds: Int) -> Bool {
            var deadline = timespec()
            clock_gettime(CLOCK_MONOTONIC, &deadline)
            deadline.tv_nsec += (milliseconds % 1_000) * 1_000_000
            deadline.tv_sec += milliseconds / 1_000 + deadline.tv_nsec / 1_000_000_000
            deadline.tv_nsec %= 1_000_000_000
            return pthread_cond_timedwait(condition, lock.mutex, &deadline) != ETIMEDOUT
        }

        /// Wakes one that waits.
        func signal() { pthread_cond_signal(condition) }

        /// Wakes all that wait.
        func broadcast() { pthread_cond_broadcast(condition) }
    }
}
