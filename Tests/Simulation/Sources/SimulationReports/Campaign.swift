import Dispatch
import Foundation
package import MembershipSimulation
import Synchronization

/// Makes runs, several at once, and keeps their results.
package final class Campaign: Sendable {
    private struct State: ~Copyable {
        var store: RunStore
        var waiting: [RunSettings]
        var casts: [Int: Cast] = [:]
        var done = 0
        var lastSaid: UInt64 = 0
    }

    private let state: Mutex<State>
    private let count: Int
    private let jobs: Int
    private let say: @Sendable (String) -> Void
    private let begin = DispatchTime.now().uptimeNanoseconds

    /// Runs that the store has are made again only if the options say so. `say` gets progress and failures.
    package init(_ options: CampaignOptions, store: sending RunStore, say: @escaping @Sendable (String) -> Void) {
        let waiting = options.runs.filter { options.again || store.results[$0] == nil }
        count = waiting.count
        jobs = options.jobs
        self.say = say
        state = Mutex(State(store: store, waiting: waiting.reversed()))
    }

    /// Makes all runs; what the store then holds.
    package func run() -> [RunSettings: RunResult] {
        if count > 0 { say("\(count) runs, \(jobs) at once") }
        DispatchQueue.concurrentPerform(iterations: jobs) { _ in
            while let (settings, cast) = next() { finish(settings.run(cast: cast)) }
        }
        return state.withLock { $0.store.results }
    }

    /// Casts are made once for all runs that need the same one.
    private func next() -> (RunSettings, Cast)? {
        state.withLock { state in
            guard let settings = state.waiting.popLast() else { return nil }
            let key = settings.scenario == .accused ? -settings.nodes : settings.nodes + settings.scenario.joiners
            if let cast = state.casts[key] { return (settings, cast) }
            let cast = settings.cast
            state.casts[key] = cast
            return (settings, cast)
        }
    }

    private func finish(_ result: RunResult) {
        if result.isFailure { say(result.failureText) }
        state.withLock { state in
            state.done += 1
            do { try state.store.add(result) } catch { say("can't keep a run: \(error)") }
            report(&state, result.settings)
        }
    }

    private func report(_ state: inout State, _ settings: RunSettings) {
        let seconds = (DispatchTime.now().uptimeNanoseconds - begin) / 1_000_000_000
        guard seconds >= state.lastSaid + 5 || state.done == count else { return }
        state.lastSaid = seconds
        let left = Int(seconds) * (count - state.done) / state.done
        say(
            "\(state.done) of \(count): \(settings.nodes) nodes, \(settings.scenario.title); as before some \(left) s more"
        )
    }
}

extension RunResult {
    /// What went wrong, and the command that shows it again.
    package var failureText: String {
        let what =
            agreedAfter == nil
            ? "no agreement (\(differences ?? ""))"
            : falseRemovals > 0
                ? "\(falseRemovals) false removals (\(differences ?? ""))" : "a bound or a report missed"
        return """
            FAILED: \(settings.scenario.title), \(settings.nodes) nodes, seed \(settings.seed): \(what). Again, exactly: \
            .build/release/mesh-sim membership --scenarios \(settings.scenario.rawValue) --nodes \(settings.nodes) \
            --loss \(settings.lossPercent) --duration \(settings.duration) --seeds 1 --first-seed \(settings.seed) --again
            """
    }
}
