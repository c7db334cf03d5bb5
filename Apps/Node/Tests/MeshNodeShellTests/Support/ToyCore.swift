import MeshNode

@testable import MeshNodeShell

/// Gives every event back, and has an alarm when asked: an event below 0 asks for one in so many milliseconds.
struct ToyCore: EngineCore {
    enum Effect: Equatable, Sendable {
        case echo(Int)
        case alarm
    }

    var nextDeadline: UInt64?

    mutating func handle(_ events: [Int], now: Moment) -> [Effect] {
        var effects: [Effect] = []
        if let deadline = nextDeadline, deadline <= now.monotonicMilliseconds {
            nextDeadline = nil
            effects.append(.alarm)
        }
        for event in events {
            if event < 0 { nextDeadline = now.monotonicMilliseconds + UInt64(-event) }
            effects.append(.echo(event))
        }
        return effects
    }
}
