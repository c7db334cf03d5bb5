import Foundation
import Glibc

/// Every node in turn is asked to end (SIGTERM: it hands over and leaves), is started again, and has its place again before
/// the next one goes: what an operator does who installs a new version.
struct RollingRestart {
    /// What one restart cost.
    struct Step {
        var node: Int
        /// Until the process had ended, and until all nodes agreed again after its start.
        var endSeconds: Double
        var agreeSeconds: Double
        /// Of the messages that were accepted meanwhile.
        var slowestSendSeconds: Double
    }

    private(set) var steps: [Step] = []

    /// A send that takes longer is too slow for a person.
    static let sendSeconds = 5.0

    mutating func go(_ cluster: Cluster, _ tally: Tally, say: (String) -> Void) async throws {
        for node in cluster.nodes {
            _ = tally.takeSlowest()
            let start = ContinuousClock.now
            node.signal(SIGTERM)
            guard try await node.ends(within: 60) else {
                throw NotInTime(description: "n\(node.number) did not end within 60 s")
            }
            let ended = (ContinuousClock.now - start) / .seconds(1)
            try node.start()
            let agreed = try await cluster.agree(within: 120)
            // What was sent while it was away has its answer by then.
            try await Task.sleep(for: .seconds(2))
            let slowest = Double(tally.takeSlowest()) / 1_000
            steps.append(
                Step(node: node.number, endSeconds: ended, agreeSeconds: agreed, slowestSendSeconds: slowest))
            say("n\(node.number) restarted: \(tally.counts.accepted) accepted, \(tally.counts.shown) shown")
        }
    }

    var table: String {
        let rows = steps.map { step in
            String(
                format: "| n%d | %.1f s | %.1f s | %.2f s |", step.node, step.endSeconds, step.agreeSeconds,
                step.slowestSendSeconds)
        }
        return
            (["| restarted | ended after | agreed again after | slowest send |", "| --- | --- | --- | --- |"] + rows)
            .joined(separator: "\n")
    }
}
