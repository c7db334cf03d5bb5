/// When to try again: after 1 s, then twice as long each time, up to 5 min, of which half is drawn by lot.
///
/// The lot keeps clients that failed together from coming back together.
public enum RetrySchedule {
    /// The wait after the first failure, in milliseconds.
    public static let firstMilliseconds: UInt64 = 1_000
    /// The longest wait, in milliseconds: a person who comes back into reach is served within minutes.
    public static let longestMilliseconds: UInt64 = 300_000

    /// The wait after so many failures in a row (at least 1), in milliseconds.
    /// - Parameter jitter: a random number.
    public static func wait(afterFailures failures: UInt32, jitter: UInt64) -> UInt64 {
        let doublings = min(max(failures, 1) - 1, 20)
        let whole = min(firstMilliseconds << doublings, longestMilliseconds)
        return whole / 2 + jitter % (whole / 2 + 1)
    }

    /// One random number for each of several things that are scheduled at the same moment (the finaliser of
    /// SplitMix64, Steele, Lea and Flood 2014).
    static func mix(_ jitter: UInt64, _ salt: UInt64) -> UInt64 {
        var mixed = jitter ^ (salt &* 0x9E37_79B9_7F4A_7C15)
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
