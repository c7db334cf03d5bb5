/// What one commit did.
public struct QueueCommit: Sendable, Hashable {
    /// A number that no other commit of this store has or will have, however often it is opened; later commits have
    /// larger ones. Commits that changed nothing have one, too.
    public var number: UInt64
    /// One outcome per operation, in their order.
    public var outcomes: [QueueOutcome]

    /// What one commit did.
    public init(number: UInt64, outcomes: [QueueOutcome]) {
        self.number = number
        self.outcomes = outcomes
    }
}
