/// Gives out the places of own messages to one recipient.
///
/// The epoch changes with the *generation*: a number that grows each time the program starts, kept beside this value by
/// whoever stores it. So a start draws a new epoch for a recipient only once something is sent there.
public struct SendingOrder: Hashable, Sendable {
    /// The start in which the epoch was drawn; 0 before the first message.
    public private(set) var generation: UInt64 = 0
    /// The epoch of the last message; 0 before the first.
    public private(set) var epoch: UInt64 = 0
    /// The counter of the last message; 0 before the first.
    public private(set) var counter: UInt64 = 0
    /// The epoch before.
    public private(set) var previous: PreviousEpoch?

    /// The order of a sender that has sent nothing yet.
    public init() {}

    init(generation: UInt64, epoch: UInt64, counter: UInt64, previous: PreviousEpoch?) {
        self.generation = generation
        self.epoch = epoch
        self.counter = counter
        self.previous = previous
    }

    /// Takes the next place.
    /// - Parameter start: the program's present start. Its random number becomes the epoch if no message was sent in
    ///   this start before, or if the counter has reached its end.
    public mutating func next(in start: SendingStart) -> MessageOrder {
        if start.generation != generation || counter == ChatLimits.counter { turn(to: start) }
        counter += 1
        return MessageOrder(epoch: epoch, counter: counter, previous: previous)
    }

    private mutating func turn(to start: SendingStart) {
        if epoch != 0 { previous = PreviousEpoch(epoch: epoch, count: counter) }
        var fresh = start.freshEpoch
        while fresh == 0 || fresh == epoch { fresh &+= 1 }
        generation = start.generation
        epoch = fresh
        counter = 0
    }
}

/// The program's present start, as far as the order of its messages is concerned.
public struct SendingStart: Hashable, Sendable {
    /// Grows with each start that sends something; never 0.
    public let generation: UInt64
    /// A random number for the epoch that this start may have to open.
    public let freshEpoch: UInt64

    /// Names a start and brings a random number for it.
    public init(generation: UInt64, freshEpoch: UInt64) {
        self.generation = generation
        self.freshEpoch = freshEpoch
    }
}
