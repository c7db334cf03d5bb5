/// How long to wait before the next try: twice as long each time, give or take a quarter, so that many who wait for the
/// same node don't come at once.
struct Backoff {
    /// The first wait: a node that is starting is there in a moment.
    static let firstMilliseconds = 500
    /// The longest: an operator who has repaired something shouldn't wait longer.
    static let longestMilliseconds = 15_000

    private var milliseconds = Self.firstMilliseconds
    private(set) var attempts = 0

    /// The next wait in milliseconds.
    mutating func next(using generator: inout some RandomNumberGenerator) -> Int {
        attempts += 1
        defer { milliseconds = min(milliseconds * 2, Self.longestMilliseconds) }
        return milliseconds * Int.random(in: 75...125, using: &generator) / 100
    }
}
