package import LyingNode
import MeshQueue

/// What a run is made of: the same values give the same run.
package struct DeliverySettings: Sendable {
    /// Where all chance comes from.
    package var seed: UInt64
    /// Nodes at first; ``spareNodes`` more may join.
    package var nodes = 6
    /// What is broken on purpose.
    package var mutation: Mutation?
    /// How nodes lie; nil: all are honest.
    package var lie: Lie?
    /// How many do, at most all but the founder; nil: as many as a message outlives, W − 1.
    package var liars: Int?
    /// Whether clients are the core that ships; else small ones of the simulation's own, which are faster.
    package var hasFullClients = false
    /// Whether anything goes wrong at all.
    package var faults = true
    /// How long things go wrong, in milliseconds.
    package var chaosMilliseconds: UInt64 = 10 * 60_000

    /// Nodes that may join.
    static let spareNodes = 3
    /// Users, each with a client. Some of them sleep through the end, so that there are queues to compare.
    static let users = 6
    static let sleepers = 2
    /// How much a recipient's queue may hold: in one run of four so little that it is full now and then.
    var quota: QueueLimits {
        QueueLimits(messagesPerRecipient: seed % 4 == 0 ? 12 : 1_000, bytesPerRecipient: 8 << 20)
    }
    /// Largest number of nodes that a network of these settings may have.
    package var seats: Int { nodes + Self.spareNodes }

    /// A run of this seed.
    package init(seed: UInt64) { self.seed = seed }
}

/// A part of the protocol that is broken on purpose, to see that the invariants catch it.
package enum Mutation: String, CaseIterable, Sendable {
    /// A node tells that a message is stored before it is.
    case acknowledgeBeforeCommit = "acknowledge-before-commit"
    /// A coordinator counts its own copy for that of another member too.
    case countTwice = "count-twice"
    /// A node removes a message and doesn't remember that.
    case forgetTombstone = "forget-tombstone"
    /// A node lets go of what it offered before anybody has answered.
    case letGoEarly = "let-go-early"
    /// A node that is handing over doesn't hear that the sets have changed.
    case ignoreRosterChange = "ignore-roster-change"
    /// A node delivers what it sends at once in another order.
    case breakOrder = "break-order"
}
