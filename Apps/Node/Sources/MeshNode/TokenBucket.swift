/// Limits how often something happens: `rate` a second for long, `burst` at once. Time comes in.
struct TokenBucket {
    private var tokens: UInt64
    private var filledAt: UInt64

    init(burst: UInt64, now: UInt64) {
        tokens = burst * 1_000
        filledAt = now
    }

    /// Takes so many tokens, if they are there. `now` in milliseconds.
    mutating func take(_ count: UInt64 = 1, rate: UInt64, burst: UInt64, now: UInt64) -> Bool {
        let elapsed = now >= filledAt ? now - filledAt : 0
        // Thousandths of a token, so that a millisecond brings `rate` of them; an hour fills any burst.
        tokens = min(burst * 1_000, tokens + min(elapsed, 3_600_000) * rate)
        filledAt = now
        guard tokens >= count * 1_000 else { return false }
        tokens -= count * 1_000
        return true
    }

    /// What was taken wasn't needed; beyond a full bucket it runs over with the next taking.
    mutating func giveBack() { tokens += 1_000 }
}
