/// What happened in a run, or in many: shows that runs are not idle.
package struct DeliveryCounts: Sendable, Equatable {
    /// Messages of which a sender was told `accepted`.
    package var accepted = 0
    /// Messages that their recipients have seen.
    package var delivered = 0
    /// Accepted messages that are held at the end for somebody who has not come.
    package var stillHeld = 0
    /// Answers to a sender that were no `accepted`.
    package var refused = 0
    /// Processes and machines that ended without warning.
    package var crashes = 0
    /// Nodes that lost their disk.
    package var wipes = 0
    /// Stored messages that could not be read any more.
    package var corruptions = 0
    /// Of these, the ones that another member's copy took the place of.
    package var mended = 0
    /// Cuts of the network, one-way ones included.
    package var partitions = 0
    /// Nodes that stood still for a while.
    package var pauses = 0
    /// Nodes that joined.
    package var joins = 0
    /// Nodes that handed over and left.
    package var drains = 0
    /// Clocks that were an hour behind for a while.
    package var clockChanges = 0
    /// Disks that were full for a while.
    package var fullDisks = 0
    /// Writes of crashed nodes that never reached the disk.
    package var lostWrites = 0
    /// Messages that were shown behind a later one, since they could not be had before.
    package var late = 0
    /// Messages of which a user was told that a node withholds them, with proof, or, of liars, that they were missing.
    package var withheld = 0
    package var missing = 0
    /// Acceptances without enough receipts.
    package var unproven = 0
    /// Removals of messages that never were.
    package var junkRemovals = 0
    /// Messages that senders wanted back, and those of which all nodes signed that they were never handed out.
    package var recalls = 0
    package var recalled = 0
    /// Frames between nodes and to clients.
    package var frames = 0
    /// Events of the virtual clock.
    package var events = 0
    /// Time that nodes ran, in milliseconds.
    package var nodeMilliseconds: UInt64 = 0
    /// Time that networks ran, in milliseconds.
    package var networkMilliseconds: UInt64 = 0

    /// Nothing yet.
    package init() {}

    /// Adds what happened in another run.
    package static func += (sum: inout DeliveryCounts, other: DeliveryCounts) {
        for path in paths { sum[keyPath: path] += other[keyPath: path] }
        sum.nodeMilliseconds += other.nodeMilliseconds
        sum.networkMilliseconds += other.networkMilliseconds
    }

    private static var paths: [WritableKeyPath<DeliveryCounts, Int>] {
        [
            \.accepted, \.delivered, \.stillHeld, \.refused, \.crashes, \.wipes, \.corruptions, \.mended, \.partitions,
            \.pauses, \.joins, \.drains, \.fullDisks, \.lostWrites, \.late, \.frames, \.events,
            \.withheld, \.missing, \.unproven, \.junkRemovals, \.recalls, \.recalled, \.clockChanges,
        ]
    }
}
