import Foundation
package import MembershipSimulation

/// What runs came to, as `sim-membership.json` has it: by number of nodes.
package struct MembershipReport: Codable {
    /// A median and the greatest value; nil where a run never came to an end.
    package struct Spread: Codable, Equatable {
        /// Half of all runs took no longer.
        package var median: Double?
        /// No run took longer.
        package var max: Double?

        init(_ values: [Double?]) {
            let sorted = values.map { $0 ?? .infinity }.sorted()
            median = sorted.isEmpty ? nil : Self.finite(sorted[sorted.count / 2])
            max = sorted.last.flatMap(Self.finite)
        }

        private static func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
    }

    /// One scenario.
    package struct Row: Codable {
        /// Until all agree.
        package var seconds: Spread
        /// Over so many seeds.
        package var seeds: Int
        /// Marks of nodes that ran and were reached by most others.
        package var falseRemovals: Int
        /// Over so many hours of all nodes together.
        package var nodeHours: Double
        /// What each node sent.
        package var messagesPerNodePerSecond, bytesPerNodePerSecond: Double
        /// Unproven records that an honest node held at most.
        package var peakCandidates: Int
        /// Share of honest nodes that reported a split view.
        package var splitReports: Double
        /// Runs that went wrong.
        package var failures: Int
    }

    /// One number of nodes.
    package struct Network: Codable {
        /// From a machine's silence until all others count it as down.
        package var crashKnownEverywhereSeconds: Spread?
        /// From a node's start until all have it in their rosters, and it has all.
        package var joinKnownEverywhereSeconds: Spread?
        /// From the end of a partition until all agree.
        package var healSeconds: Spread?
        /// In all scenarios that cut nobody off.
        package var falseRemovals: Int
        /// Of the same scenarios.
        package var nodeHours: Double
        /// Where nothing happens and nothing is lost.
        package var messagesPerNodePerSecond, bytesPerNodePerSecond: Double?
        /// All scenarios.
        package var scenarios: [String: Row]
    }

    /// By number of nodes.
    package var networks: [String: Network] = [:]

    /// What these runs came to.
    package init(_ results: some Sequence<RunResult>) {
        for (nodes, results) in Dictionary(grouping: results, by: \.settings.nodes) {
            networks[String(nodes)] = Network(results)
        }
    }

    /// The keys are the numbers of nodes.
    package func encode(to encoder: any Encoder) throws { try networks.encode(to: encoder) }
    /// The keys are the numbers of nodes.
    package init(from decoder: any Decoder) throws { networks = try [String: Network](from: decoder) }
}

extension MembershipReport.Row {
    init(_ results: [RunResult]) {
        let seconds = results.reduce(0) { $0 + Double($1.nodeMilliseconds) } / 1_000
        self.seconds = .init(results.map { $0.agreedAfter.map { Double($0) / 1_000 } })
        seeds = results.count
        falseRemovals = results.reduce(0) { $0 + $1.falseRemovals }
        nodeHours = seconds / 3_600
        messagesPerNodePerSecond = Double(results.reduce(0) { $0 + $1.messages }) / seconds
        bytesPerNodePerSecond = Double(results.reduce(0) { $0 + $1.bytes }) / seconds
        peakCandidates = results.map(\.peakCandidates).max() ?? 0
        let honest = results.reduce(0) { $0 + $1.honestNodes }
        splitReports = honest == 0 ? 0 : Double(results.reduce(0) { $0 + $1.splitReports }) / Double(honest)
        failures = results.count { $0.isFailure }
    }
}

extension MembershipReport.Network {
    init(_ results: [RunResult]) {
        let byScenario = Dictionary(grouping: results, by: \.settings.scenario)
        let rows = byScenario.mapValues { MembershipReport.Row($0) }
        crashKnownEverywhereSeconds = rows[.crash]?.seconds
        joinKnownEverywhereSeconds = rows[.join]?.seconds
        healSeconds = rows[.partition]?.seconds
        let counted = rows.filter { !$0.key.cutsNodesOff }.values
        falseRemovals = counted.reduce(0) { $0 + $1.falseRemovals }
        nodeHours = counted.reduce(0) { $0 + $1.nodeHours }
        messagesPerNodePerSecond = rows[.idle]?.messagesPerNodePerSecond
        bytesPerNodePerSecond = rows[.idle]?.bytesPerNodePerSecond
        scenarios = Dictionary(uniqueKeysWithValues: rows.map { ($0.key.rawValue, $0.value) })
    }
}
