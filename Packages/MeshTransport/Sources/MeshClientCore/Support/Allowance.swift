/// How many frames that cost their sender nothing may still come: a bucket of ``ClientLimits/freeFrames``, refilled by
/// one each ``ClientLimits/freeFrameMilliseconds``.
struct Allowance: Sendable {
    private var left = ClientLimits.freeFrames
    private var filledAt: UInt64

    init(at now: UInt64) {
        filledAt = now
    }

    /// False when nothing is left.
    mutating func spend(at now: UInt64) -> Bool {
        let gained = (now - min(now, filledAt)) / ClientLimits.freeFrameMilliseconds
        if gained > 0 {
            left = Int(min(UInt64(ClientLimits.freeFrames), UInt64(left) + gained))
            filledAt += gained * ClientLimits.freeFrameMilliseconds
        }
        guard left > 0 else { return false }
        left -= 1
        return true
    }
}
