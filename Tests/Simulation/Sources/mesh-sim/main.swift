import Foundation
import SimulationReports

/// What the operator sees beside the result.
@Sendable func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

let arguments = CommandLine.arguments.dropFirst()
switch arguments.first {
case "membership":
    do {
        let options = try CampaignOptions(arguments: Array(arguments.dropFirst()))
        exit(
            try MembershipCommand.run(
                options, program: "/proc/self/exe", say: say, print: { print($0) }))
    } catch {
        say("mesh-sim: \(error)")
        exit(2)
    }
case "help", "--help", nil:
    print(MembershipCommand.help)
default:
    say("mesh-sim: there is no '\(arguments.first ?? "")'; see `mesh-sim help`")
    exit(2)
}
