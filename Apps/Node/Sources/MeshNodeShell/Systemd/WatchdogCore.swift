/// When the watchdog may be pinged, as a value: time and answers in, what to do out.
///
/// Rounds. In each, every source (a thread or an event loop) is asked for a heartbeat; once all have answered, one
/// ping is due and the next tick opens the next round. A source that doesn't answer holds the round open, so there is
/// no ping however well the others do: the ping proves progress of all of them, not that a timer runs.
struct WatchdogCore {
    enum Action: Equatable {
        /// Ask every source for a heartbeat of this round.
        case ask(round: UInt64)
        /// All sources answered: tell the service manager.
        case ping
        /// These sources (by index) owe their answer since so many milliseconds. Said once a round.
        case late(sources: [Int], milliseconds: UInt64)
        /// The round that was reported late ended after so many milliseconds.
        case recovered(milliseconds: UInt64)
    }

    private struct Round {
        let number: UInt64
        let startedAt: UInt64
        var owing: Set<Int>
        var reported = false
    }

    /// How many ticks there are in an interval: a round that starts at one tick and is answered by the next still
    /// leaves half of the interval for a loaded machine.
    static let ticksPerInterval: UInt64 = 4

    private let sources: Int
    private let intervalMilliseconds: UInt64
    private var open: Round?
    private var lastRound: UInt64 = 0

    /// - Parameter intervalMilliseconds: the service manager kills the process after so long without a ping.
    init(sources: Int, intervalMilliseconds: UInt64) {
        self.sources = sources
        self.intervalMilliseconds = intervalMilliseconds
    }

    /// Milliseconds between two calls of ``onTick(now:)``, at least 1.
    var tickMilliseconds: UInt64 { max(1, intervalMilliseconds / Self.ticksPerInterval) }

    /// - Parameter now: monotonic milliseconds.
    mutating func onTick(now: UInt64) -> [Action] {
        guard var round = open else { return begin(now: now) }
        let age = now - min(now, round.startedAt)
        guard age >= intervalMilliseconds / 2, !round.reported else { return [] }
        round.reported = true
        open = round
        return [.late(sources: round.owing.sorted(), milliseconds: age)]
    }

    /// A source answered. Answers of earlier rounds and second answers change nothing.
    mutating func onAnswer(source: Int, round number: UInt64, now: UInt64) -> [Action] {
        guard var round = open, round.number == number, round.owing.remove(source) != nil else { return [] }
        guard round.owing.isEmpty else {
            open = round
            return []
        }
        open = nil
        return round.reported ? [.recovered(milliseconds: now - min(now, round.startedAt)), .ping] : [.ping]
    }

    private mutating func begin(now: UInt64) -> [Action] {
        guard sources > 0 else { return [.ping] }
        lastRound += 1
        open = Round(number: lastRound, startedAt: now, owing: Set(0..<sources))
        return [.ask(round: lastRound)]
    }
}
