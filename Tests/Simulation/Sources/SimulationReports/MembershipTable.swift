import Foundation
import MembershipSimulation

extension MembershipReport {
    /// The report as people read it.
    package var table: String {
        let numbers = networks.keys.compactMap(Int.init).sorted()
        return numbers.map { "\($0) nodes\n" + Self.header + rows(of: $0) }.joined(separator: "\n") + goals
    }

    private static let header =
        "  what happens                      agreed after s       seeds  false     node-    messages     bytes  notes\n"
        + "                                    median      max          removals    hours    a node and second\n"

    private func rows(of nodes: Int) -> String {
        let network = networks[String(nodes)]
        return Scenario.allCases.compactMap { scenario in
            network?.scenarios[scenario.rawValue].map { Self.line(scenario, $0) }
        }.joined()
    }

    private static func line(_ scenario: Scenario, _ row: Row) -> String {
        let cells = [
            pad(scenario.title, -32), pad(text(row.seconds.median, 1), 8), pad(text(row.seconds.max, 1), 9),
            pad(String(row.seeds), 8), pad(String(row.falseRemovals), 9), pad(text(row.nodeHours, 1), 9),
            pad(text(row.messagesPerNodePerSecond, 1), 9), pad(text(row.bytesPerNodePerSecond, 0), 10),
        ]
        return "  " + cells.joined() + "  " + notes(scenario, row) + "\n"
    }

    private static func notes(_ scenario: Scenario, _ row: Row) -> String {
        var notes: [String] = []
        if scenario.cutsNodesOff { notes.append("removals of who is cut off count apart") }
        if row.peakCandidates > 0 { notes.append("at most \(row.peakCandidates) unproven") }
        if scenario == .twoRosters { notes.append("reported by \(text(100 * row.splitReports, 0)) %") }
        if row.failures > 0 { notes.append("\(row.failures) FAILED") }
        return notes.joined(separator: ", ")
    }

    /// What is wanted, and whether it was reached.
    private var goals: String {
        let goals = goalsReached.map { "  \($0.isReached ? "reached" : "MISSED")  \($0.text)\n" }
        return goals.isEmpty ? "" : "\ngoals\n" + goals.joined()
    }

    /// Goals that these runs say something about.
    package var goalsReached: [(text: String, isReached: Bool)] {
        var goals: [(text: String, isReached: Bool)] = []
        for (nodes, network) in networks.sorted(by: { Int($0.key) ?? 0 < Int($1.key) ?? 0 }) {
            if let crash = network.crashKnownEverywhereSeconds, Int(nodes) ?? 0 >= 1_000 {
                goals.append(("\(nodes) nodes: a crash is known everywhere in 8 s", crash.max ?? .infinity <= 8))
            }
            if let slow = network.scenarios[Scenario.slow.rawValue], slow.nodeHours >= 1_000 {
                goals.append(("\(nodes) nodes: nobody removed in 1,000 hours with slow ones", slow.falseRemovals == 0))
            }
        }
        let rates = networks.values.compactMap(\.messagesPerNodePerSecond)
        if let least = rates.min(), let most = rates.max(), rates.count > 1 {
            goals.append(("messages a node and second don't grow with the network", most <= 1.1 * least))
        }
        return goals
    }

    private static func text(_ value: Double?, _ digits: Int) -> String {
        value.map { String(format: "%.\(digits)f", $0) } ?? "never"
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        let spaces = String(repeating: " ", count: max(0, abs(width) - text.count))
        return width < 0 ? text + spaces : spaces + text
    }
}
