import Foundation
import MembershipSimulation

/// `mesh-sim membership`: makes the runs, prints the table, writes the report.
package enum MembershipCommand {
    /// What `mesh-sim help` says of it.
    package static let help = """
        mesh-sim membership [--nodes 16,128,1000] [--loss 5] [--seeds N] [--first-seed 1] [--jobs 2]
                            [--scenarios NAME,…] [--duration MILLISECONDS] [--report FILE] [--again]
          Runs thousands of membership cores under a virtual clock: --seeds runs (100, from 1,000 nodes on 20) of each
          scenario, --jobs of them at once, with --loss percent of messages lost. Runs that were made before by the same
          program are taken over, so it may be stopped at any time; --again makes them anew. One seed is one run, exactly.
          Scenarios: \(Scenario.allCases.map(\.rawValue).joined(separator: ", ")).

        """

    /// Runs it; the exit code: 1 if a run went wrong or a goal was missed.
    package static func run(
        _ options: CampaignOptions, program: String, say: @escaping @Sendable (String) -> Void,
        print: (String) -> Void
    ) throws -> Int32 {
        let report = URL(fileURLWithPath: options.report)
        let store = try RunStore(
            file: report.deletingPathExtension().appendingPathExtension("runs"),
            program: RunStore.fingerprint(ofProgram: program))
        let results = Campaign(options, store: store, say: say).run()
        let wanted = options.runs.compactMap { results[$0] }
        let summary = MembershipReport(wanted)
        print(summary.table)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(summary).write(to: report)
        print("written: \(options.report)")
        return wanted.contains { $0.isFailure } || summary.goalsReached.contains { !$0.isReached } ? 1 : 0
    }
}
