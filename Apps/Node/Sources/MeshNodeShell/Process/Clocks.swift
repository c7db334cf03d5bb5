import Glibc

/// The time of day.
enum WallClock {
    /// Milliseconds since 1970.
    static var nowMilliseconds: UInt64 { milliseconds(of: CLOCK_REALTIME) }

    /// `2026-11-23T20:18:36.123Z` (RFC 3339, UTC).
    static func rfc3339(milliseconds: UInt64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var fields = tm()
        gmtime_r(&seconds, &fields)
        let date = "\(fields.tm_year + 1900)-\(pad(fields.tm_mon + 1, 2))-\(pad(fields.tm_mday, 2))"
        let time = "\(pad(fields.tm_hour, 2)):\(pad(fields.tm_min, 2)):\(pad(fields.tm_sec, 2))"
        return "\(date)T\(time).\(pad(Int32(milliseconds % 1000), 3))Z"
    }

    private static func pad(_ number: Int32, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

/// Time that only goes forward, for deadlines.
enum MonotonicClock {
    /// Milliseconds since some point in the past, the same for the whole process.
    static var nowMilliseconds: UInt64 { milliseconds(of: CLOCK_MONOTONIC) }
}

private func milliseconds(of clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
}
