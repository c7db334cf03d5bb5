import Glibc
import NIOCore

/// The clock that a client core is given: begins at the wall clock's time and then goes as the monotonic clock does, so
/// that setting the machine's clock ends no link.
enum ClientClock {
    private static var wallMilliseconds: UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000 + UInt64(time.tv_nsec) / 1_000_000
    }

    private static let start = (wall: wallMilliseconds, monotonic: NIODeadline.now().uptimeNanoseconds / 1_000_000)

    static var nowMilliseconds: UInt64 {
        start.wall + (NIODeadline.now().uptimeNanoseconds / 1_000_000 - start.monotonic)
    }
}
