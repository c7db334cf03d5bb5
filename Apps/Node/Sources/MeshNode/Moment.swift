/// The time at which an event reaches the engine, read by the shell.
public struct Moment: Sendable, Equatable {
    /// For deadlines: milliseconds of a clock that never goes back.
    public var monotonicMilliseconds: UInt64
    /// For expiries and records: milliseconds since 1970.
    public var wallMilliseconds: UInt64

    /// Takes the parts as they are.
    public init(monotonicMilliseconds: UInt64, wallMilliseconds: UInt64) {
        self.monotonicMilliseconds = monotonicMilliseconds
        self.wallMilliseconds = wallMilliseconds
    }

    /// Seconds since 1970, the unit of expiries; saturates in 2106.
    public var wallSeconds: UInt32 { UInt32(clamping: wallMilliseconds / 1_000) }
}

extension UInt32 {
    /// Times to come don't overflow where the clock is set beyond 2106.
    func addingSaturating(_ other: UInt32) -> UInt32 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
