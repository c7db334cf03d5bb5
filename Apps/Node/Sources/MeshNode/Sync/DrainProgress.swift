import MeshCrypto

/// How far handing over everything is.
struct DrainProgress: Sendable {
    /// Messages held at the beginning; nil until they are counted.
    var total: Int?
    var counted = 0
    /// Messages that this node has let go of.
    var released = 0
    /// Messages still here that enough others hold, by recipient, and in all.
    private var heldElsewhere: [UserID: Int] = [:]
    private var heldInAll = 0
    /// How often the store could not say what is held.
    var failures = 0
    /// Laps over everything or what had failed.
    var laps = 0

    /// Messages that enough others hold.
    var handedOver: Int { released + heldInAll }

    mutating func setHeldElsewhere(_ count: Int, for recipient: UserID) {
        let before = heldElsewhere.updateValue(count, forKey: recipient) ?? 0
        heldInAll += count - before
    }
}
