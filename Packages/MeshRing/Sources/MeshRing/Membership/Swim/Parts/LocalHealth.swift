/// How well this node itself seems to do (Lifeguard, "local health multiplier"): 0 is well. Answers that should have
/// come and didn't make it worse, answers make it better; timeouts are multiplied by it.
struct LocalHealth: Sendable {
    private(set) var score = 0

    mutating func worsen() { score = min(score + 1, SwimLimits.healthMaximum) }
    mutating func improve() { score = max(score - 1, 0) }

    var scale: UInt64 { UInt64(score + 1) }
    func scaled(_ timeout: UInt64) -> UInt64 { timeout * scale }
    var mayConfirm: Bool { score <= SwimLimits.healthForConfirming }
}
