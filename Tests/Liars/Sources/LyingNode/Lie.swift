/// How a node lies about what it was given. Each keeps to the protocol's form, so that nobody sees it from a frame alone.
public enum Lie: String, CaseIterable, Sendable {
    /// Signs that it holds a message, keeps nothing and gives nothing; to other nodes it says that it has everything.
    case drop
    /// Keeps messages, gives their owners none, and lists none.
    case withhold
    /// Tells other members that messages have been removed, with proofs that don't fit, and forgets its own copies.
    case falseRemoval = "false-removal"
    /// Says again what was said before: copies of what has been removed, removals, receipts, deliveries.
    case replay
    /// Lets go of every second message that it should hand over, and tells of every second removal.
    case half
}
