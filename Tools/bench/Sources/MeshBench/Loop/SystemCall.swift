import Glibc

/// What the load generator asks of the system and can't do without: a failure ends it with the reason.
enum SystemCall {
    /// A call of the system failed.
    struct Failure: Error, CustomStringConvertible {
        let call: String
        let code: Int32

        var description: String { "\(call): \(String(cString: strerror(code)))" }
    }

    /// The result, or what `errno` says.
    @discardableResult
    static func check(_ call: String, _ result: Int32) throws(Failure) -> Int32 {
        guard result >= 0 else { throw Failure(call: call, code: errno) }
        return result
    }

    /// Lets this process open as many files as the system allows.
    static func raiseFileLimit() {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

/// Nanoseconds of a clock that never goes back.
enum Clock {
    static var now: UInt64 { read(CLOCK_MONOTONIC) }

    /// Nanoseconds that the calling thread has been on a core.
    static var ofThread: UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    static let second: UInt64 = 1_000_000_000

    static func seconds(since start: UInt64) -> Double { Double(now - start) / Double(second) }

    static func sleep(milliseconds: UInt32) { usleep(milliseconds * 1_000) }
}
