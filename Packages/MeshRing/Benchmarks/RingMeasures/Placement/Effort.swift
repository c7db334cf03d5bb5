/// How thoroughly a network is measured.
public struct Effort: Sendable {
    /// Evenly spread positions to a point, at which replicas are counted: with 2 the busiest node's load is right to a
    /// percent.
    public var samplesPerPoint = 2
    /// So many joins, and so many leaves, each from the same beginning.
    public var changesOfAKind = 8
    /// Users whose copies are followed: at 5,000 nodes the mean over 16 changes is then right to 3 %.
    public var users = 60_000

    /// What `make bench-ring` takes.
    public static let full = Effort()
    /// Enough for a test: right to some percent at 100 nodes, within a second.
    public static let short = Effort(samplesPerPoint: 1, changesOfAKind: 4, users: 1_000)
}
