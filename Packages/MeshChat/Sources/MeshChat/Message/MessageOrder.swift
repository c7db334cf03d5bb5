/// A message's place in one sender's order for one recipient.
///
/// A sender draws an epoch each time its program starts, so that counters never repeat even where its state was put
/// back from a copy. Every message names the epoch before its own and how far that one went: so a reader can tell what
/// is missing in front of any message, whichever it sees first.
public struct MessageOrder: Hashable, Sendable {
    /// The random number of the sender's start, never 0.
    public let epoch: UInt64
    /// 1…``ChatLimits/counter``: one more for each ordered message in this epoch.
    public let counter: UInt64
    /// The sender's epoch before; nil where there was none.
    public let previous: PreviousEpoch?

    /// Names a place. Nothing is checked here; ``ChatMessage`` refuses a place that can't be.
    public init(epoch: UInt64, counter: UInt64, previous: PreviousEpoch? = nil) {
        self.epoch = epoch
        self.counter = counter
        self.previous = previous
    }
}

/// The epoch before another one, and how far it went.
public struct PreviousEpoch: Hashable, Sendable {
    /// The random number of that start, never 0.
    public let epoch: UInt64
    /// The last counter used in it, at least 1.
    public let count: UInt64

    /// Names an epoch and its last counter.
    public init(epoch: UInt64, count: UInt64) {
        self.epoch = epoch
        self.count = count
    }
}
