import Logging
import NIOConcurrencyHelpers

/// Keeps what others can cause at will from filling the log: so many warnings a period, then one line with the number of
/// those left out.
final class LogLimiter: Sendable {
    /// Enough to see what happens, too few to push other events out of a journal.
    static let perPeriod = 20
    /// A minute.
    static let periodMilliseconds: UInt64 = 60_000

    private struct State {
        var periodStart: UInt64 = 0
        var count = 0
    }

    private let state = NIOLockedValueBox(State())
    private let clock: @Sendable () -> UInt64

    init(clock: @escaping @Sendable () -> UInt64 = { MonotonicClock.nowMilliseconds }) { self.clock = clock }

    /// Logs a warning, or counts it.
    func log(_ logger: Logger, _ message: @autoclosure () -> Logger.Message, _ metadata: Logger.Metadata) {
        let now = clock()
        let (isAdmitted, leftOut) = state.withLockedValue { state in
            var leftOut = 0
            if state.count == 0 || now - min(now, state.periodStart) >= Self.periodMilliseconds {
                leftOut = max(0, state.count - Self.perPeriod)
                state = State(periodStart: now)
            }
            state.count += 1
            return (state.count <= Self.perPeriod, leftOut)
        }
        if leftOut > 0 {
            logger.warning("\(leftOut) more of the kind were not logged", metadata: metadata)
        }
        if isAdmitted { logger.warning(message(), metadata: metadata) }
    }
}
